using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProcNet.History.Storage;

/// <summary>
/// Appends samples. What cannot be written now waits in memory, so that a full disk or a locked file loses nothing while it
/// lasts.
/// </summary>
internal sealed class HistoryWriter : IHistoryWriter
{
    // Some 300 bytes each: beyond this the oldest samples that wait are merged, which loses times and no bytes.
    private const int MostWaitingEntries = 50_000;

    private readonly HistoryWriterOptions _options;
    private readonly Action<Notice> _notify;
    private readonly WriterLock _lock;
    private readonly List<HistorySample> _waiting = [];
    private OpenHistory? _open;
    private int _waitingEntries;
    private bool _hasToldOfFailure;
    private object? _measurement;
    private long _lastNumber;

    private HistoryWriter(HistoryWriterOptions options, Action<Notice> notify, WriterLock taken)
    {
        _options = options;
        _notify = notify;
        _lock = taken;
    }

    /// <inheritdoc/>
    public string Path => _options.Path;

    /// <inheritdoc/>
    public int WaitingSamples => _waiting.Count;

    /// <summary>Opens a history, and makes it where there is none.</summary>
    /// <exception cref="ProcNetException">It cannot be opened, is another program's, or is being written by another process.</exception>
    public static HistoryWriter Open(HistoryWriterOptions options, Action<Notice> notify)
    {
        HistoryFile.Make(options.Path, options.IsGroupReadable);
        WriterLock taken = WriterLock.Take(options.Path);
        var writer = new HistoryWriter(options, notify, taken);
        try
        {
            writer.OpenOrReplace();
            return writer;
        }
        catch (SqliteException e)
        {
            writer.Dispose();
            throw HistoryErrors.From(options.Path, e);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(HistorySample sample)
    {
        _waiting.Add(sample);
        _waitingEntries += SizeOf(sample);
        while (_waitingEntries > MostWaitingEntries && _waiting.Count > 2)
        {
            MergeOldest();
        }

        try
        {
            WriteWaiting();
        }
        catch (Exception e) when (e is SqliteException or ProcNetException)
        {
            Tell(e is SqliteException failure ? HistoryErrors.From(Path, failure) : (ProcNetException)e);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        try
        {
            if (_waiting.Count > 0)
            {
                WriteWaiting();
            }

            _open?.CloseSession();
        }
        catch (Exception e) when (e is SqliteException or ProcNetException)
        {
            ProcNetException failure = e is SqliteException cause ? HistoryErrors.From(Path, cause) : (ProcNetException)e;
            throw _waiting.Count == 0 ? failure : HistoryErrors.Lost(_waiting.Count, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _lock.Dispose();
    }

    private void WriteWaiting()
    {
        if (_open?.IsElsewhere == true)
        {
            // Somebody has moved or removed the file: what is written into it now nobody would find.
            Close();
            _notify(new Notice(NoticeKind.HistoryReplaced, $"The history '{Path}' is no longer where it was: a new one is begun."));
        }

        try
        {
            WriteAll();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            // Found while writing. What is in it stays, under another name; what was not committed waits, and goes into the new one.
            Close();
            SetAside(e.Message);
            WriteAll();
        }
    }

    private void WriteAll()
    {
        try
        {
            while (_waiting.Count > 0)
            {
                if (_open is null)
                {
                    HistoryFile.Make(Path, _options.IsGroupReadable);
                    _open = OpenHistory.Open(_options);
                }

                HistorySample sample = _waiting[0];
                bool isSame = ReferenceEquals(sample.Measurement, _measurement) && _open.HasSession;
                _open.Write(sample, isSame, isSame && (sample.FirstNumber ?? sample.Number) == _lastNumber + 1);
                _measurement = sample.Measurement;
                _lastNumber = Math.Max(sample.Number, isSame ? _lastNumber : 0);
                _waiting.RemoveAt(0);
                _waitingEntries -= SizeOf(sample);

                // Not before the sample is out of the list: it is committed, whatever becomes of this.
                if (_open.CleanAfter(sample) is string removed)
                {
                    _notify(
                        new Notice(
                            NoticeKind.HistoryShortened,
                            $"The history '{Path}' had grown beyond {_options.MaximumSize} bytes: {removed}"
                        )
                    );
                }
            }

            if (_hasToldOfFailure)
            {
                _hasToldOfFailure = false;
                _notify(new Notice(NoticeKind.HistoryNotWritten, $"The history '{Path}' is written again: nothing that waited was lost."));
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL))
        {
            // Opened anew the next time: the disk may be another one by then.
            Close();
            throw;
        }
    }

    private void Tell(ProcNetException failure)
    {
        // Once for each spell of it: the journal is for people.
        if (!_hasToldOfFailure)
        {
            _hasToldOfFailure = true;
            _notify(
                new Notice(
                    NoticeKind.HistoryNotWritten,
                    $"{failure.Message} Measuring goes on; what cannot be written waits in memory, and is written when it can be. {failure.Remedy}"
                )
            );
        }
    }

    private void OpenOrReplace()
    {
        try
        {
            _open = OpenHistory.Open(_options);
            if (_open.FindDamage() is string damage)
            {
                Close();
                SetAside(damage);
                _open = OpenHistory.Open(_options);
            }
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode == raw.SQLITE_CORRUPT
                || (e.SqliteErrorCode == raw.SQLITE_NOTADB && (_options.ReplaceUnusable || IsOurs()))
            )
        {
            SetAside(e.Message);
            _open = OpenHistory.Open(_options);
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.NotAHistory && _options.ReplaceUnusable)
        {
            SetAside(e.Message);
            _open = OpenHistory.Open(_options);
        }
    }

    /// <summary>Whether the log beside the file shows that it was a history once: its first page is damaged then.</summary>
    private bool IsOurs() => File.Exists(Path + "-wal");

    private void SetAside(string reason)
    {
        string aside = HistoryFile.SetAside(Path);
        HistoryFile.Make(Path, _options.IsGroupReadable);
        _notify(
            new Notice(
                NoticeKind.HistoryReplaced,
                $"The history '{Path}' cannot be used: {reason.TrimEnd('.')}. It was set aside as '{aside}', and a new one is begun."
            )
        );
    }

    private void Close()
    {
        _open?.Dispose();
        _open = null;
    }

    // One without rows takes room too.
    private static int SizeOf(HistorySample sample) => sample.Entries.Count + 1;

    /// <summary>Makes one of the two oldest samples that wait.</summary>
    private void MergeOldest()
    {
        int before = SizeOf(_waiting[0]) + SizeOf(_waiting[1]);
        _waiting[0] = SampleMerger.Merge(_waiting[0], _waiting[1], MostWaitingEntries / 2);
        _waiting.RemoveAt(1);
        _waitingEntries += SizeOf(_waiting[0]) - before;
    }
}
