using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Packets;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// What a file says of the owners of its packets, gathered while it is read: processes, conversations that its writer resolved, and what
/// packets name themselves. Nothing of it is of the machine that reads. The caller locks.
/// </summary>
internal sealed class SavefileOwners
{
    // A file may name another process on each packet.
    private const int MostShares = 1 << 20;

    private readonly PacketTagReader _tags = new();
    private readonly List<List<RecordedProcess>> _processes =
    [
        [],
    ];
    private readonly Dictionary<(int Section, int Flow), List<RecordedFlow>> _resolved = [];
    private readonly Dictionary<int, TaggedFlow> _flows = [];
    private readonly HashSet<(int Section, uint Id)> _ids = [];
    private readonly HashSet<(int Section, uint Id)> _returned = [];
    private int _shares;

    /// <summary>The section that is read, counted from 0.</summary>
    public int Section => _processes.Count - 1;

    /// <summary>Whether conversations are told apart by their marks: ours wrote the section.</summary>
    public bool IsMarked { get; private set; }

    /// <summary>Whether anything of owners was found.</summary>
    public bool HasAny { get; private set; }

    /// <summary>The addresses that interfaces of the file are said to have.</summary>
    public HashSet<AddressValue> LocalAddresses { get; } = [];

    /// <summary>
    /// When the measurement that wrote the file began and ended, in microseconds since 1970 UTC; null where it does not
    /// say.
    /// </summary>
    public (long StartedAt, long EndedAt)? Measured { get; set; }

    /// <summary>Begins a section: its processes are its own.</summary>
    public void BeginSection()
    {
        _processes.Add([]);
        IsMarked = false;
    }

    /// <summary>Adds a process of the section.</summary>
    public void Add(RecordedProcess process)
    {
        List<RecordedProcess> known = _processes[^1];
        if (!_ids.Add((Section, process.Id)))
        {
            _returned.Add((Section, process.Id));
        }

        known.Add(process);
        HasAny = true;
    }

    /// <summary>Adds a conversation that the writer resolved.</summary>
    public void Add(RecordedFlow flow)
    {
        ref List<RecordedFlow>? rows = ref CollectionsMarshal.GetValueRefOrAddDefault(_resolved, (Section, flow.Number), out _);
        (rows ??= []).Add(flow with { Evidence = flow.Evidence | OwnerEvidence.Savefile });
        HasAny = true;
    }

    /// <summary>Reads what a packet says, before it is counted.</summary>
    public PacketTag Read(in SavefilePacket packet)
    {
        PacketTag tag = _tags.Read(packet.Options, packet.IsSwapped, Section);
        IsMarked |= tag.Flow != 0;
        return tag;
    }

    /// <summary>Notes what a packet said, once it is counted.</summary>
    public void Note(PacketTag tag, in CountedPacket counted, long time)
    {
        if (!tag.HasAny || counted.Flow <= 0)
        {
            return;
        }

        HasAny = true;
        ref TaggedFlow? flow = ref CollectionsMarshal.GetValueRefOrAddDefault(_flows, counted.Flow, out _);
        flow ??= new TaggedFlow(Section);
        if (tag.Flow != 0 && flow.Number == 0)
        {
            flow.Number = tag.Flow;
        }

        if (tag.Owner is { } owner)
        {
            bool? isLow = tag.IsOutbound is { } isOutbound ? isOutbound == counted.FromLow : null;
            Add(flow, isLow, owner, counted, time);
        }

        if (tag.Receiver is { } receiver)
        {
            Add(flow, !counted.FromLow, receiver, counted, time);
        }
    }

    /// <summary>What the packets of a conversation said; null for nothing.</summary>
    /// <param name="flow">Its number in the table of the reader.</param>
    public TaggedFlow? Find(int flow) => _flows.GetValueOrDefault(flow);

    /// <summary>What the writer resolved of a conversation; null for nothing.</summary>
    public IReadOnlyList<RecordedFlow>? FindResolved(TaggedFlow flow) =>
        flow.Number != 0 && _resolved.TryGetValue((flow.Section, flow.Number), out List<RecordedFlow>? rows) ? rows : null;

    /// <summary>The process that a resolved conversation names; null where the file ends before it says who that is.</summary>
    public RecordedProcess? ProcessAt(int section, int place)
    {
        List<RecordedProcess> processes = _processes[section];
        return place >= 0 && place < processes.Count ? processes[place] : null;
    }

    /// <summary>
    /// The process with an id at a time, as Wireshark chooses: the last that had started by then; where none had, the earliest; where no
    /// start is known, the last.
    /// </summary>
    /// <param name="section">The section.</param>
    /// <param name="id">The id.</param>
    /// <param name="time">The time, in microseconds since 1970 UTC.</param>
    public RecordedProcess? FindProcess(int section, uint id, long time)
    {
        if ((id & PacketTagReader.DarwinPlace) != 0)
        {
            return ProcessAt(section, (int)(id & ~PacketTagReader.DarwinPlace));
        }

        RecordedProcess? started = null;
        RecordedProcess? earliest = null;
        RecordedProcess? last = null;
        foreach (RecordedProcess process in _processes[section])
        {
            if (process.Id != id)
            {
                continue;
            }

            last = process;
            if (process.StartTime is not { } start)
            {
                continue;
            }

            if (start / 1000 <= time && (started is null || start >= started.StartTime))
            {
                started = process;
            }

            if (earliest is null || start < earliest.StartTime)
            {
                earliest = process;
            }
        }

        return started ?? earliest ?? last;
    }

    private void Add(TaggedFlow flow, bool? isLow, OwnerTag owner, in CountedPacket counted, long time)
    {
        // An id that came back is another process: which one it was tells the packet's time.
        RecordedProcess? process = owner.ProcessId is { } id && _returned.Contains((Section, id)) ? FindProcess(Section, id, time) : null;
        FlowShare? share = flow.Find(isLow, owner, process);
        if (share is null)
        {
            if (_shares == MostShares)
            {
                return;
            }

            _shares++;
            flow.Shares.Add(share = new FlowShare(isLow, owner, process));
        }

        share.Count(counted, time);
    }
}
