using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.Packets;
using ProcNet.Text;

namespace ProcNet.Sources.Savefiles;

/// <summary>Counts the packets of a savefile, on a thread of its own.</summary>
internal sealed class SavefileSource : ITrafficSource
{
    // Long enough that the lock costs nothing, short enough that nobody waits for it.
    private const int PacketsPerLock = 4096;

    private readonly SavefileReader _reader;
    private readonly string _path;
    private readonly string? _filterExpression;
    private readonly Func<ICaptureLibrary> _library;
    private readonly PacketMeter _meter;
    private readonly List<IFrameFilter?> _filters = [];
    private readonly List<SavefileInterface> _undecodable = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private bool _hasTimes;
    private long _firstTime;
    private long _lastTime;

    /// <summary>Opens a savefile and, where there is a filter, compiles it for the first interface.</summary>
    /// <param name="path">The file.</param>
    /// <param name="filter">A filter expression; null for everything.</param>
    /// <param name="library">Asked for libpcap where the filter or a link type needs it.</param>
    /// <param name="capacity">The most conversations that it may tell apart; 0 for what memory allows.</param>
    /// <param name="payloads">Is shown what packets carry; null where nobody asks.</param>
    /// <param name="cancellation">Ends the waiting for somebody who writes a pipe.</param>
    /// <exception cref="ProcNetException">The file cannot be read or is not a capture, or the filter does not compile.</exception>
    public SavefileSource(
        string path,
        string? filter,
        Func<ICaptureLibrary> library,
        int capacity = 0,
        IPayloadObserver? payloads = null,
        CancellationToken cancellation = default
    )
    {
        _path = path;
        _filterExpression = filter;
        _library = library;
        _meter = new PacketMeter(capacity > 0 ? capacity : CapacityOfMemory()) { Payloads = payloads };
        _reader = SavefileReader.Open(path, cancellation);
        try
        {
            if (filter is not null && _reader.Interfaces.Count == 0)
            {
                // A pcapng declares its interfaces later: a filter that cannot compile is told of now.
                library().CompileFilter(filter, LinkLayer.Ethernet).Dispose();
            }

            AddInterfaces();
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>How many conversations memory allows: each is an entry, while the table grows two more, and then a row.</summary>
    private static int CapacityOfMemory()
    {
        const int BytesPerConversation = 2048;
        const int Most = 1 << 24;
        return (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / BytesPerConversation, FlowTable.DefaultCapacity, Most);
    }

    /// <summary>What the file says of owners; whole once it is read.</summary>
    public SavefileOwners Owners => _reader.Owners;

    /// <inheritdoc/>
    public TrafficSourceKind Kind => TrafficSourceKind.Savefile;

    /// <inheritdoc/>
    public IReadOnlyList<TrafficInterface> Interfaces
    {
        get
        {
            lock (_gate)
            {
                return [.. _meter.Interfaces];
            }
        }
    }

    /// <inheritdoc/>
    public Task Completion => _completion.Task;

    /// <inheritdoc/>
    public ProcNetException? Failure { get; private set; }

    /// <summary>What the reading thread allocated, in bytes; final once the reading has ended. It must not grow with the packets.</summary>
    public long AllocatedBytes { get; private set; }

    /// <inheritdoc/>
    public void Start(INewFlowObserver? observer, Action<Notice> notify)
    {
        // Conversations offline have no sockets to ask about while they are read: the observer is not told.
        var thread = new Thread(() => Run(notify)) { IsBackground = true, Name = "ProcNet savefile" };
        ResourceShortage.StartThread(thread);
        _thread = thread;
    }

    /// <inheritdoc/>
    public TrafficTotals Totals
    {
        get
        {
            lock (_gate)
            {
                return _meter.Totals;
            }
        }
    }

    /// <inheritdoc/>
    public FlowSnapshot Snapshot()
    {
        lock (_gate)
        {
            (long startedAt, long endedAt) = Owners is { IsMarked: true, Measured: { } measured } ? measured : (_firstTime, _lastTime);
            return _meter.Snapshot(startedAt, endedAt, _reader.DroppedPackets, _reader.InterfaceDroppedPackets, isOfThePast: true);
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _stop.Cancel();
        _thread?.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        foreach (IFrameFilter? filter in _filters)
        {
            filter?.Dispose();
        }

        _reader.Dispose();
        _stop.Dispose();
    }

    private void Run(Action<Notice> notify)
    {
        try
        {
            while (!_stop.IsCancellationRequested && CountSome()) { }

            if (_reader.Damage is string damage)
            {
                notify(new Notice(NoticeKind.SavefileTruncated, damage));
            }

            if (_reader.ImpossibleLengths > 0)
            {
                notify(
                    new Notice(
                        NoticeKind.SavefileContradicts,
                        $"Packets in '{_path}' that say to have been longer than 2 GiB on the wire: {_reader.ImpossibleLengths}. "
                            + "Of them what was captured is counted."
                    )
                );
            }

            TellOfUndecodable(notify);
        }
        catch (ProcNetException e)
        {
            Failure = e;
        }
        catch (Exception e)
        {
            // Whatever it is: unhandled on a thread of ours it would end the whole PowerShell process.
            Failure = new ProcNetException(
                ProcNetError.CaptureFailed,
                $"Reading '{_path}' broke off: {e.Message}",
                "Check the disk that holds the file.",
                _path,
                e
            );
        }
        finally
        {
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
            _completion.SetResult();
        }
    }

    private bool CountSome()
    {
        lock (_gate)
        {
            try
            {
                return CountUnderLock();
            }
            finally
            {
                _meter.CountWaiting();
            }
        }
    }

    private bool CountUnderLock()
    {
        for (int i = 0; i < PacketsPerLock; i++)
        {
            if (!_reader.TryRead(out SavefilePacket packet))
            {
                AddInterfaces();
                return false;
            }

            if (packet.Interface >= _filters.Count)
            {
                AddInterfaces();
            }

            if (_filters[packet.Interface] is { } filter && !filter.Matches(packet.Frame, packet.WireLength))
            {
                continue;
            }

            if (!packet.HasTime)
            {
                packet.Time = _lastTime;
            }
            else if (!_hasTimes)
            {
                _hasTimes = true;
                _firstTime = _lastTime = packet.Time;
            }
            else
            {
                // Files that were merged or taken on several processors are not in order.
                _firstTime = Math.Min(_firstTime, packet.Time);
                _lastTime = Math.Max(_lastTime, packet.Time);
            }

            Count(packet);
        }

        return true;
    }

    private void Count(in SavefilePacket packet)
    {
        if (packet.Options.IsEmpty)
        {
            _meter.CountSoon((ushort)packet.Interface, packet.Time, packet.Frame, packet.WireLength);
            return;
        }

        _meter.CountWaiting();

        PacketTag tag = Owners.Read(packet);
        _meter.IsMarked = Owners.IsMarked;
        _meter.NextBegins = tag.Flow != 0;
        _meter.NextOverflows = tag.IsTableFull;
        CountedPacket counted = _meter.Count((ushort)packet.Interface, packet.Time, packet.Frame, packet.WireLength);
        _meter.NextBegins = _meter.NextOverflows = false;
        Owners.Note(tag, counted, packet.Time);
    }

    private void AddInterfaces()
    {
        while (_filters.Count < _reader.Interfaces.Count)
        {
            int slot = _filters.Count;
            SavefileInterface declared = _reader.Interfaces[slot];
            bool isDecodable = LinkHeader.Knows(declared.LinkLayer);
            if (!isDecodable)
            {
                _undecodable.Add(declared);
            }

            _filters.Add(
                _filterExpression is null ? null
                : isDecodable ? Compile(_filterExpression, declared.LinkLayer)
                : NothingMatches.Instance
            );
            _meter.AddInterface(
                new TrafficInterface
                {
                    Slot = (ushort)slot,
                    Name = declared.Name ?? OutsideText.Sanitize(Path.GetFileName(_path)),
                    LinkLayer = declared.LinkLayer,
                    OpensPppoe = true,
                }
            );
        }
    }

    /// <summary>
    /// libpcap compiles for few of the rare link types: for the others the filter is asked about the IP packet in the
    /// frame.
    /// </summary>
    private IFrameFilter Compile(string expression, LinkLayer linkLayer)
    {
        try
        {
            return _library().CompileFilter(expression, linkLayer);
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.InvalidFilter && RareLinkHeader.Knows(linkLayer))
        {
            return new FilterOfPackets(_library().CompileFilter(expression, LinkLayer.Raw), linkLayer);
        }
    }

    /// <summary>
    /// Frames of link types that nobody here knows are in the totals as not IP. A file that has no others cannot be
    /// read.
    /// </summary>
    private void TellOfUndecodable(Action<Notice> notify)
    {
        if (_undecodable.Count > 0 && _undecodable.Count == _filters.Count)
        {
            Failure = new ProcNetException(
                ProcNetError.UnknownLinkType,
                $"The capture '{_path}' is of link type {(int)_undecodable[0].LinkLayer}, which ProcNet cannot decode.",
                "Capture on a network interface (Ethernet, Linux cooked, raw IP, loopback, PPP or 802.11).",
                _path
            );
            return;
        }

        foreach (SavefileInterface declared in _undecodable)
        {
            notify(
                new Notice(
                    NoticeKind.InterfaceSkipped,
                    $"The interface '{declared.Name ?? "without a name"}' in '{_path}' is of link type {(int)declared.LinkLayer}, which ProcNet cannot decode: "
                        + (_filterExpression is null ? "its frames are counted as NotIP." : "the filter takes none of its frames.")
                )
            );
        }
    }

    /// <summary>Asks a filter of raw IP about what stands behind the link header.</summary>
    private sealed class FilterOfPackets(IFrameFilter filter, LinkLayer linkLayer) : IFrameFilter
    {
        public bool Matches(ReadOnlySpan<byte> frame, int wireLength) =>
            LinkHeader.TryParse(frame, linkLayer, 0, opensPppoe: true, out ushort etherType, out int offset, out _)
            && etherType is LinkHeader.IPv4 or LinkHeader.IPv6
            && offset <= frame.Length
            && filter.Matches(frame[offset..], wireLength - offset);

        public void Dispose() => filter.Dispose();
    }

    /// <summary>Of an interface whose link type is not known: what a filter asks for cannot be found in its frames.</summary>
    private sealed class NothingMatches : IFrameFilter
    {
        public static NothingMatches Instance { get; } = new();

        public bool Matches(ReadOnlySpan<byte> frame, int wireLength) => false;

        public void Dispose() { }
    }
}
