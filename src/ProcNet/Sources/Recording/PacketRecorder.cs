using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.Packets;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Sources.Recording;

/// <summary>
/// Writes the packets of a capture to its file, on a thread of its own: a disk that stands still, or a pipe whose reader sleeps, holds up
/// nobody else. Packets come through a bounded queue; what finds it full is counted and not written. They are written in the order of their
/// times, and wait, bounded again, for what they are to bear (<see cref="IPacketLabels"/>).
/// </summary>
internal sealed class PacketRecorder : IDisposable
{
    /// <summary>How many bytes of packets may wait.</summary>
    public const long DefaultCapacity = 64L << 20;

    /// <summary>How long a packet waits for its owner at most, in milliseconds.</summary>
    public const int LongestWaitMilliseconds = 1000;

    // A full queue loses packets: when it is half full none waits for an owner any more.
    private const double FullEnough = 0.5;

    // Longer than any interface's block takes to come (RingSizes: 32 ms, a pace of 30, a few more on older kernels).
    private const int OrderMilliseconds = 150;

    // A clock that is set back must not hold packets.
    private const int LongestOrderMilliseconds = 500;
    private const int BusyMilliseconds = 40;
    private const int IdleMilliseconds = 100;
    private const int MostInBufferMilliseconds = 1000;
    private const int MostAtOnce = 1 << 14;

    private readonly SavefileSeries _files;
    private readonly IPacketLabels? _labels;
    private readonly PacketQueue _queue;
    private readonly WaitingPackets _waiting = new();
    private readonly Action<Notice> _notify;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _wake = new();
    private readonly Lock _gate = new();
    private readonly List<InterfaceTotals> _totals = [];
    private readonly List<IReadOnlyList<RecordedFlow>> _resolved = [];
    private readonly long _startedAt = Clock.Now;
    private long[] _delivered = [];
    private long[] _counted = [];
    private long _flushedAt;
    private long _lost;
    private IReadOnlyList<RecordedFlow> _last = [];
    private bool _isStarted;
    private bool _isDisposed;
    private volatile bool _isEnding;
    private volatile bool _hasFailed;

    /// <summary>Prepares it; nothing is written before <see cref="Start"/>.</summary>
    /// <param name="files">Where to, from now on this object's own.</param>
    /// <param name="labels">What packets bear; null for nothing.</param>
    /// <param name="notify">Takes notices, on the thread that writes.</param>
    /// <param name="capacity">How many bytes of packets may wait.</param>
    public PacketRecorder(SavefileSeries files, IPacketLabels? labels, Action<Notice> notify, long capacity = DefaultCapacity)
    {
        _files = files;
        _labels = labels;
        _notify = notify;
        _queue = new PacketQueue(capacity);
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet savefile writer" };
    }

    /// <summary>Packets that are not in the file because it could not take them as fast as they came, or at all.</summary>
    public long NotWritten => _queue.Dropped + Volatile.Read(ref _lost);

    /// <summary>Packets in the file.</summary>
    public long Written { get; private set; }

    /// <summary>Why packets are not all in the file; null where they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>The file that is written, or was last.</summary>
    public string Path => _files.Writer.Path;

    /// <summary>Declares an interface, before any packet.</summary>
    /// <exception cref="ProcNetException">The format cannot hold interfaces of different link types in one file.</exception>
    public void AddInterface(TrafficInterface captured, int snapLength)
    {
        _files.AddInterface(captured, snapLength);
        _delivered = new long[captured.Slot + 1];
        _counted = new long[captured.Slot + 1];
    }

    /// <summary>Takes the place of what the file held, and begins to write.</summary>
    /// <exception cref="ProcNetException">The file cannot be written.</exception>
    public void Start()
    {
        _files.Begin();
        _labels?.Start();
        ResourceShortage.StartThread(_thread);
        _isStarted = true;
    }

    /// <summary>Ends a file that never began: one that was there before is as it was, one that was not is gone.</summary>
    public void Abandon()
    {
        if (_isStarted)
        {
            Finish(TimeSpan.FromSeconds(1));
            return;
        }

        _isDisposed = true;
        _labels?.Stop();
        _files.Writer.Abandon();
        _wake.Dispose();
    }

    /// <summary>Takes a packet; never waits. One thread at a time calls it.</summary>
    /// <param name="interfaceSlot">The interface that it was captured on.</param>
    /// <param name="nanoseconds">Its time, in nanoseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long it was on the wire.</param>
    /// <param name="counted">Where it was counted.</param>
    public void Add(ushort interfaceSlot, long nanoseconds, ReadOnlySpan<byte> frame, int wireLength, CountedPacket counted)
    {
        _counted[interfaceSlot]++;
        if (_hasFailed)
        {
            Interlocked.Increment(ref _lost);
            return;
        }

        _queue.TryAdd(
            new RecordedPacket
            {
                Time = nanoseconds,
                Flow = counted.Flow,
                FromLow = counted.FromLow,
                CapturedLength = frame.Length,
                WireLength = wireLength,
                Interface = interfaceSlot,
            },
            frame
        );
    }

    /// <summary>Notes what an interface saw and lost, at its end.</summary>
    public void AddTotals(in InterfaceTotals totals)
    {
        lock (_gate)
        {
            _totals.Add(totals);
        }
    }

    /// <summary>Notes conversations whose owners are resolved for good. On any thread.</summary>
    public void AddFlows(IReadOnlyList<RecordedFlow> flows)
    {
        lock (_gate)
        {
            _resolved.Add(flows);
        }
    }

    /// <summary>Writes everything that waits and ends the file. Idempotent; on any thread.</summary>
    /// <param name="patience">How long the file may stand still; it is given up then.</param>
    /// <param name="flows">The conversations of the end, their owners resolved for good.</param>
    public void Finish(TimeSpan patience, IReadOnlyList<RecordedFlow>? flows = null)
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _last = flows ?? [];
        _labels?.Stop();
        _isEnding = true;
        _wake.Set();
        if (!_isStarted || _thread == Thread.CurrentThread)
        {
            return;
        }

        long written = -1;
        while (!_thread.Join(patience) && written != Written)
        {
            written = Written;
        }

        if (_thread.IsAlive)
        {
            _files.Writer.Cancel();
            if (!_thread.Join(TimeSpan.FromSeconds(1)))
            {
                // In the kernel, for a server that does not answer: it ends when the kernel lets it.
                Tell($"'{Path}' stands still: the packets that it could not take are not in it.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Finish(TimeSpan.FromSeconds(5));

    private void Run()
    {
        try
        {
            Loop();
        }
        catch (Exception e)
        {
            // Whatever it is: unhandled on a thread of ours it would end the whole PowerShell process.
            Fail(e);
        }

        if (NotWritten > 0 && !_hasFailed)
        {
            Tell(
                $"{NotWritten} packets are not in '{Path}', which could not take them as fast as they came. They are counted all the same."
            );
        }
    }

    private void Loop()
    {
        while (true)
        {
            bool isEnding = _isEnding;
            int taken = _waiting.TakeFrom(_queue, MostAtOnce, Environment.TickCount64, _labels);
            WriteReady(isEnding && taken < MostAtOnce);
            WriteResolved();
            if (isEnding && taken < MostAtOnce && _waiting.Count == 0)
            {
                End();
                return;
            }

            FlushIfDue();
            if (_files.IsOver && !isEnding)
            {
                Rotate();
            }

            if (taken < MostAtOnce && !isEnding)
            {
                _wake.Wait(taken > 0 || _waiting.Count > 0 ? BusyMilliseconds : IdleMilliseconds);
            }
        }
    }

    private void WriteReady(bool isLast)
    {
        long now = Environment.TickCount64;
        long horizon = (Clock.ToWall(Clock.Now) - (OrderMilliseconds * 1000L)) * 1000;
        while (_waiting.Count > 0)
        {
            ref readonly WaitingPackets.Entry entry = ref _waiting.First;
            long age = now - entry.TakenAt;
            if (!isLast && entry.Time > horizon && age < LongestOrderMilliseconds && _queue.Fullness < FullEnough)
            {
                return;
            }

            ref readonly RecordedPacket packet = ref entry.Chunk.PacketAt(entry.Offset);
            PacketLabel? label = PacketLabel.None;
            if (_labels is not null)
            {
                label = _labels.Find(packet, isLast || age >= LongestWaitMilliseconds || _queue.Fullness >= FullEnough);
            }

            if (label is null)
            {
                return;
            }

            if (label.IsWanted)
            {
                _files.Writer.Write(packet.Interface, packet.Time, entry.Chunk.FrameAt(entry.Offset), packet.WireLength, label.Options);
                _delivered[packet.Interface]++;
                Written++;
            }

            _queue.Release(entry.Chunk);
            _waiting.RemoveFirst();
            if (_files.IsFull)
            {
                Rotate();
            }
        }
    }

    private void WriteResolved()
    {
        IReadOnlyList<RecordedFlow>[] resolved;
        lock (_gate)
        {
            resolved = [.. _resolved];
            _resolved.Clear();
        }

        foreach (IReadOnlyList<RecordedFlow> flows in resolved)
        {
            _files.Writer.WriteFlows(_labels?.Keep(flows) ?? []);
        }
    }

    private void FlushIfDue()
    {
        long now = Environment.TickCount64;
        if (_files.Writer.HasUnwritten && now - _flushedAt >= MostInBufferMilliseconds)
        {
            // It can be looked at meanwhile, and little is lost with the power.
            _flushedAt = now;
            _files.Writer.Flush();
        }
    }

    private void Rotate()
    {
        if (_labels is not null)
        {
            NameProcesses();
            _files.Writer.WriteFlows(_labels.EndFile());
        }

        EndFile([
            .. Enumerable
                .Range(0, _delivered.Length)
                .Select(slot => new InterfaceTotals((ushort)slot, Clock.ToWall(_startedAt), Clock.ToWall(Clock.Now), 0, 0)),
        ]);
        Array.Clear(_delivered);
        _files.Next();
    }

    private void End()
    {
        // After the last packet: whose conversation is kept is forgotten.
        _files.Writer.WriteFlows(_labels?.Keep(_last) ?? []);
        NameProcesses();
        InterfaceTotals[] totals;
        lock (_gate)
        {
            totals = [.. _totals];
        }

        EndFile(totals);
        _files.Writer.Dispose();
    }

    private void EndFile(InterfaceTotals[] totals)
    {
        SavefileWriter writer = _files.Writer;
        writer.WriteProcesses();
        foreach (InterfaceTotals of in totals)
        {
            writer.WriteStatistics(of, _counted[of.Interface], _delivered[of.Interface]);
        }
    }

    private void NameProcesses()
    {
        foreach (RecordedProcess process in _labels?.TakeNamed() ?? [])
        {
            _files.Writer.Name(process);
        }
    }

    private void Fail(Exception cause)
    {
        _hasFailed = true;

        // What waits is lost with the file.
        while (_waiting.Count > 0 || _waiting.TakeFrom(_queue, MostAtOnce, 0, null) > 0)
        {
            _queue.Release(_waiting.First.Chunk);
            _waiting.RemoveFirst();
            Interlocked.Increment(ref _lost);
        }

        Tell($"The packets are no longer written to the file '{Path}': {cause.Message} Counting goes on.");
        try
        {
            _files.Writer.Cancel();
            _files.Writer.Dispose();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is told of already.
        }
    }

    private void Tell(string message)
    {
        Problem = message;
        _notify(new Notice(NoticeKind.SavefileWriteFailed, message));
    }
}
