using System.Buffers.Binary;
using System.Text;
using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// Writes a pcapng file (draft-ietf-opsawg-pcapng): one section, an interface block for each interface, times in nanoseconds. What packets'
/// comments do not say comes after the packets: tshark before 5 shows a process's block as a frame of its own, and numbers must not shift.
/// </summary>
internal sealed class PcapNgWriter : SavefileWriter
{
    private const int PacketHeaderLength = 28;

    // So that a reader that keeps a whole block in memory is not asked for much.
    private const int MostFlowBytes = 1 << 18;

    private readonly PcapNgBlock _block = new();
    private readonly SavefileDescription _description;
    private readonly List<RecordedProcess> _processes = [];
    private readonly Dictionary<RecordedProcess, int> _places = new(ReferenceEqualityComparer.Instance);

    /// <summary>Writes the section header.</summary>
    public PcapNgWriter(SavefileTarget target, SavefileDescription? description = null)
        : base(target)
    {
        _description = description ?? new SavefileDescription();

        // The length of the section is not known beforehand.
        Output.Write(
            _block
                .Begin(PcapNg.SectionHeader)
                .Add(PcapNg.ByteOrderMagic)
                .Add((ushort)1)
                .Add((ushort)0)
                .Add(-1L)
                .Option(PcapNg.Hardware, _description.Hardware)
                .Option(PcapNg.OperatingSystem, _description.OperatingSystem)
                .Option(PcapNg.Application, _description.Application)
                .End()
        );
    }

    /// <inheritdoc/>
    public override bool TakesOwners => true;

    /// <summary>The number that savefiles use for a link type: raw IP has one of its own.</summary>
    public static int SavefileLinkType(LinkLayer linkLayer) =>
        (int)(linkLayer is LinkLayer.RawLinux or LinkLayer.RawOpenBsd ? LinkLayer.Raw : linkLayer);

    /// <inheritdoc/>
    public override void AddInterface(TrafficInterface captured, int snapLength)
    {
        const byte Nanoseconds = 9;
        _block
            .Begin(PcapNg.InterfaceDescription)
            .Add((ushort)SavefileLinkType(captured.LinkLayer))
            .Add((ushort)0)
            .Add((uint)snapLength)
            .Option(PcapNg.InterfaceName, captured.Name);
        if (captured.HardwareAddress != 0)
        {
            Span<byte> address = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(address, captured.HardwareAddress);
            _block.Option(PcapNg.InterfaceHardwareAddress, address[2..]);
        }

        _block.Option(PcapNg.TimeResolution, [Nanoseconds]);
        if (_description.Filter is { } filter)
        {
            // The first byte says that it is a text of libpcap's.
            _block.Option(PcapNg.InterfaceFilter, [0, .. Encoding.UTF8.GetBytes(filter)]);
        }

        Output.Write(_block.Option(PcapNg.InterfaceOperatingSystem, _description.OperatingSystem).End());
    }

    /// <inheritdoc/>
    public override void Write(ushort interfaceSlot, long nanoseconds, ReadOnlySpan<byte> frame, int wireLength, ReadOnlySpan<byte> options)
    {
        int padding = -frame.Length & 3;
        int length = PacketHeaderLength + frame.Length + padding + options.Length + sizeof(int);
        Span<byte> header = Output.Take(PacketHeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, PcapNg.EnhancedPacket);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], interfaceSlot);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)((ulong)nanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], wireLength);
        Output.Write(frame);
        Span<byte> end = Output.Take(padding + options.Length + sizeof(int));
        end[..padding].Clear();
        options.CopyTo(end[padding..]);
        BinaryPrimitives.WriteInt32LittleEndian(end[(padding + options.Length)..], length);
    }

    /// <inheritdoc/>
    public override void Name(RecordedProcess process) => _ = PlaceOf(process);

    /// <inheritdoc/>
    public override void WriteProcesses()
    {
        foreach (RecordedProcess process in _processes)
        {
            WriteProcess(process);
        }
    }

    private void WriteProcess(RecordedProcess process)
    {
        // Entries are little-endian in any section; the length is that of the entry without what follows it.
        _block.Begin(PcapNg.CustomBlock).Add(PcapNg.WiresharkEnterprise).Add(PcapNg.ProcessInformation);
        int lengthPlace = _block.Length;
        int start = _block.Add(0u).Length;
        _block.Add(process.Id).Option(PcapNg.ProcessName, process.Name).Option(PcapNg.ProcessPath, process.Path);
        if (!process.CommandLine.IsEmpty)
        {
            _block.Option(PcapNg.ProcessCommandLine, process.CommandLine.Span);
        }

        AddNumber(PcapNg.ProcessParent, process.ParentId);
        AddNumber(PcapNg.ProcessUserId, process.UserId);
        _block.Option(PcapNg.ProcessUserName, process.UserName);
        if (process.StartTime is { } start1970)
        {
            _block.Option(PcapNg.ProcessStart, start1970);
        }

        _block
            .Option(PcapNg.ProcessContainer, process.Container)
            .Option(PcapNg.ProcessUnit, process.Unit)
            .Option(PcapNg.ProcessSlice, process.Slice);
        if (process.NetworkNamespace is { } networkNamespace)
        {
            _block.Option(PcapNg.ProcessNetworkNamespace, networkNamespace);
        }

        _block.EndOptions();
        _block.Set(lengthPlace, (uint)(_block.Length - start));
        Output.Write(_block.End());
    }

    /// <inheritdoc/>
    public override void WriteFlows(IEnumerable<RecordedFlow> flows)
    {
        bool isOpen = false;
        foreach (RecordedFlow flow in flows)
        {
            if (!isOpen)
            {
                FlowBlock.Begin(_block);
                isOpen = true;
            }

            FlowBlock.Add(_block, flow, flow.Process is null ? -1 : PlaceOf(flow.Process));
            if (_block.Length > MostFlowBytes)
            {
                Output.Write(_block.End());
                isOpen = false;
            }
        }

        if (isOpen)
        {
            Output.Write(_block.End());
        }
    }

    /// <inheritdoc/>
    public override void WriteStatistics(in InterfaceTotals totals, long counted, long delivered)
    {
        _block
            .Begin(PcapNg.InterfaceStatistics)
            .Add((uint)totals.Interface)
            .AddTime(totals.EndedAt * 1000)
            .TimeOption(PcapNg.StatisticsStart, totals.StartedAt * 1000)
            .TimeOption(PcapNg.StatisticsEnd, totals.EndedAt * 1000)
            .Option(PcapNg.InterfaceReceived, counted + totals.Dropped)
            .Option(PcapNg.InterfaceDrop, totals.DroppedByInterface)
            .Option(PcapNg.FilterAccept, counted + totals.Dropped)
            .Option(PcapNg.SystemDrop, totals.Dropped)
            .Option(PcapNg.UserDelivered, delivered);
        Output.Write(_block.End());
    }

    private int PlaceOf(RecordedProcess process)
    {
        if (_places.TryGetValue(process, out int place))
        {
            return place;
        }

        _places.Add(process, _processes.Count);
        _processes.Add(process);
        return _processes.Count - 1;
    }

    private void AddNumber(int code, uint? value)
    {
        if (value is { } number)
        {
            _block.Option(code, number);
        }
    }
}
