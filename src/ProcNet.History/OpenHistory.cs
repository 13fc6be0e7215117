using System.Reflection;
using Microsoft.Data.Sqlite;

namespace ProcNet.History.Storage;

/// <summary>A history that is open for appending: its statements, and the session that is being written.</summary>
internal sealed class OpenHistory : IDisposable
{
    // Samples end on time within a fraction of this; what is more was not measured, or the clock was changed.
    private const long Tolerance = 2000;

    private const long MinutesBetweenCleanings = 10;

    private readonly HistoryWriterOptions _options;
    private readonly HistoryDatabase _database;
    private readonly FileIdentity _identity;
    private readonly NameTables _names;
    private readonly Rollup _rollup;
    private readonly Retention _retention;
    private readonly Statement _addInterval;
    private readonly Statement _addSample;
    private readonly Statement _addSession;
    private readonly Statement _addGap;
    private readonly Statement _noteEnd;
    private long _session;
    private long _lastEnd;
    private long _sizedAt;

    private OpenHistory(HistoryWriterOptions options, HistoryDatabase database)
    {
        _options = options;
        _database = database;
        _identity = FileIdentity.Of(options.Path);
        _names = new NameTables(database);
        _rollup = new Rollup(database);
        _retention = new Retention(database);
        string places = string.Join(", ", Enumerable.Range(1, AccountTotals.ColumnCount + 2).Select(static place => $"?{place}"));
        _addInterval = database.Prepare($"INSERT INTO interval(session, start, {AccountTotals.Columns}) VALUES ({places}) RETURNING id");
        _addSample = database.Prepare(
            $"INSERT INTO sample VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT {CounterColumns.AddToRow.Replace("max(flows, excluded.flows)", "flows + excluded.flows", StringComparison.Ordinal)}"
        );
        _addSession = database.Prepare(
            "INSERT INTO session(host, source, started, last_end, is_closed, boot_id, version) VALUES (?1, ?2, ?3, ?3, 0, ?4, ?5) RETURNING id"
        );
        _addGap = database.Prepare("INSERT INTO gap(start, \"end\", reason) VALUES (?1, ?2, ?3)");
        _noteEnd = database.Prepare("UPDATE session SET last_end = ?2 WHERE id = ?1");
    }

    /// <summary>Whether a session was begun.</summary>
    public bool HasSession => _session != 0;

    /// <summary>Whether the path leads to another file by now, or to none.</summary>
    public bool IsElsewhere => FileIdentity.Of(_options.Path) != _identity;

    /// <summary>Opens it.</summary>
    /// <exception cref="SqliteException">The library could not.</exception>
    /// <exception cref="ProcNetException">It is another program's, or a newer version's.</exception>
    public static OpenHistory Open(HistoryWriterOptions options)
    {
        HistoryDatabase database = HistoryDatabase.OpenForWriting(options.Path, options.LockTimeout);
        try
        {
            return new OpenHistory(options, database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>What the database says about its own pages; null where all is well.</summary>
    public string? FindDamage()
    {
        using Statement check = _database.Prepare("PRAGMA quick_check(1)");
        return check.Step() && check.Text(0) is string answer && answer != "ok" ? answer : null;
    }

    /// <summary>Writes a sample in a transaction. Upon a failure nothing of it is written.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="isSameMeasurement">Whether the sample before was of the same measurement.</param>
    /// <param name="isNext">Whether it was the one before this one.</param>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public void Write(HistorySample sample, bool isSameMeasurement, bool isNext)
    {
        AccountTotals account = AccountTotals.Of(sample);
        long end = UnixTime.Milliseconds(sample.End);
        long start = StartOf(sample);
        long session = isSameMeasurement ? _session : 0;
        try
        {
            _database.InTransaction(() =>
            {
                _names.Begin();
                if (_rollup.IsDue(start))
                {
                    _rollup.Run();
                }

                session = session == 0 ? BeginSession(sample, start) : session;
                if (isSameMeasurement && !sample.IsSupplement)
                {
                    AddGap(_lastEnd, start, isNext ? GapReason.ClockChanged : GapReason.NotPassedOn);
                }

                long interval = _addInterval.Bind([session, start, .. account.Values]).Scalar()!.Value;
                foreach (HistoryEntry entry in sample.Entries)
                {
                    long subject = _names.SubjectOf(entry.Identity, entry.Endpoint, Period.Hour.Of(start));
                    _addSample.Bind(interval, subject, entry.Counters).Run();
                }

                if (!sample.IsSupplement)
                {
                    _noteEnd.Bind(session, end).Run();
                }
            });
        }
        catch
        {
            _names.Forget();
            throw;
        }

        _session = session;
        _lastEnd = sample.IsSupplement ? _lastEnd : end;
    }

    /// <summary>What is too old goes, hours each hour and what is finer each ten minutes, and once a minute what is too much.</summary>
    /// <param name="sample">The sample that was written last.</param>
    /// <returns>What went because the file had grown too large; null where nothing had to.</returns>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public string? CleanAfter(HistorySample sample)
    {
        long now = StartOf(sample);
        long hour = Period.Hour.Of(now);
        if (_database.Ask("SELECT value FROM state WHERE name = 'cleaned_at'") != hour)
        {
            _database.Execute($"UPDATE state SET value = {hour} WHERE name = 'cleaned_at'");
            _retention.HoursByAge(now, _options.Retention);
        }

        long minute = Period.Minute.Of(now);
        if (minute == _sizedAt)
        {
            return null;
        }

        // The first time too: whoever wrote before may have been killed.
        if (_sizedAt == 0 || minute / MinutesBetweenCleanings != _sizedAt / MinutesBetweenCleanings)
        {
            _retention.FineByAge(now);
        }

        _sizedAt = minute;
        return _retention.BySize(_options.MaximumSize);
    }

    /// <summary>Notes that the session was ended, and not cut off.</summary>
    public void CloseSession()
    {
        if (HasSession)
        {
            _database.Execute($"UPDATE session SET is_closed = 1 WHERE id = {_session}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in (IDisposable[])[_addInterval, _addSample, _addSession, _addGap, _noteEnd, _rollup, _names, _database])
        {
            part.Dispose();
        }
    }

    private static string ReadBootId()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide it: then a reboot looks like a process that was killed.
            return "";
        }
    }

    private long BeginSession(HistorySample sample, long start)
    {
        string boot = ReadBootId();
        using Statement last = _database.Prepare("SELECT last_end, is_closed, boot_id FROM session ORDER BY id DESC LIMIT 1");
        if (last.Step())
        {
            long end = last.Number(0);
            GapReason reason =
                last.Number(1) != 0 ? GapReason.Stopped
                : last.Text(2) != boot ? GapReason.Rebooted
                : GapReason.Killed;
            last.Reset();
            AddGap(end, start, start < end ? GapReason.ClockChanged : reason);
        }
        else
        {
            AddGap(Period.Hour.Of(start) * Period.Hour.Milliseconds, start, GapReason.NotBegun);
        }

        string version =
            typeof(ProcNetException).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return _addSession.Bind(_names.TextOf(sample.Host), (long)sample.Source, start).Bind(4, boot).Bind(5, version).Scalar()!.Value;
    }

    private static long StartOf(HistorySample sample) => UnixTime.Milliseconds(sample.End) - (long)sample.Duration.TotalMilliseconds;

    private void AddGap(long from, long to, GapReason reason)
    {
        // Between two measurements something is always missing, if not for long.
        bool isOfOne = reason is GapReason.ClockChanged or GapReason.NotPassedOn;
        if (to - from > (isOfOne ? Tolerance : 0) || from - to > Tolerance)
        {
            _addGap.Bind(from, to, (long)reason).Run();
        }
    }
}
