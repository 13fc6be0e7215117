using System.Buffers.Binary;
using System.Text;
using ProcNet.Addresses;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// Our block of resolved conversations: what a measurement knew of each at its end, once, in place of a comment on every packet.
/// Little-endian whatever the section is. After the magic come a version, the names of the categories, and rows, each behind its length:
/// later versions may add to a row's end.
/// </summary>
internal static class FlowBlock
{
    private const ushort Version = 1;
    private const int RowLength = 104;
    private const byte LocalIsLow = 1;
    private const byte IsSecondView = 2;
    private const byte HasSent = 4;
    private const byte HasReceived = 8;
    private const byte MayBeTranslated = 16;

    private static readonly string s_categories = string.Join(' ', Enum.GetNames<TrafficCategory>());

    /// <summary>Begins a block.</summary>
    public static void Begin(PcapNgBlock block)
    {
        block
            .Begin(PcapNg.OwnBlock)
            .AddPadded(PcapNg.OwnBlockMagic)
            .Add(Version)
            .Add((ushort)s_categories.Length)
            .AddPadded(Encoding.ASCII.GetBytes(s_categories));
    }

    /// <summary>Adds a row.</summary>
    /// <param name="block">The block.</param>
    /// <param name="flow">The row.</param>
    /// <param name="process">Which process entry of the section is its owner, counted from 0; -1 for none.</param>
    public static void Add(PcapNgBlock block, RecordedFlow flow, int process)
    {
        Span<byte> row = stackalloc byte[RowLength];
        row.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(row, flow.Number);
        BinaryPrimitives.WriteUInt16LittleEndian(row[4..], flow.Interface);
        row[6] = flow.Protocol;
        row[7] = (byte)(
            (flow.LocalIsLow ? LocalIsLow : 0)
            | (flow.IsSecondView ? IsSecondView : 0)
            | (flow.HasSent ? HasSent : 0)
            | (flow.HasReceived ? HasReceived : 0)
            | (flow.MayBeTranslated ? MayBeTranslated : 0)
        );
        WriteAddress(row[8..], flow.Low);
        WriteAddress(row[24..], flow.High);
        BinaryPrimitives.WriteUInt16LittleEndian(row[40..], flow.LowPort);
        BinaryPrimitives.WriteUInt16LittleEndian(row[42..], flow.HighPort);
        BinaryPrimitives.WriteInt64LittleEndian(row[44..], flow.FirstSeen);
        BinaryPrimitives.WriteInt64LittleEndian(row[52..], flow.LastSeen);
        BinaryPrimitives.WriteUInt16LittleEndian(row[60..], (ushort)flow.Category);
        BinaryPrimitives.WriteInt32LittleEndian(row[62..], (int)flow.Evidence);
        BinaryPrimitives.WriteInt32LittleEndian(row[66..], process);
        BinaryPrimitives.WriteInt64LittleEndian(row[70..], flow.OwnerSince);
        BinaryPrimitives.WriteInt64LittleEndian(row[78..], flow.Inode ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(row[86..], flow.NetworkNamespace ?? -1);
        BinaryPrimitives.WriteInt32LittleEndian(row[94..], flow.CountedOn ?? -1);
        int shared = Math.Min(flow.SharedWith.Count, 1000);
        BinaryPrimitives.WriteInt32LittleEndian(row[98..], shared);
        block.Add((uint)(RowLength + (shared * sizeof(int)))).AddPadded(row);
        for (int i = 0; i < shared; i++)
        {
            block.Add((uint)flow.SharedWith[i]);
        }
    }

    /// <summary>Reads the rows of a block.</summary>
    /// <param name="body">What is between its length and its length again.</param>
    /// <param name="into">Gets the rows.</param>
    /// <returns>False where it is somebody else's block, or damaged: the rows before the damage are there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, Action<RecordedFlow> into)
    {
        int names = PcapNg.OwnBlockMagic.Length + 4;
        if (body.Length < names || !body.StartsWith(PcapNg.OwnBlockMagic))
        {
            return false;
        }

        int namesLength = BinaryPrimitives.ReadUInt16LittleEndian(body[10..]);
        if (body.Length - names < ((namesLength + 3) & ~3))
        {
            return false;
        }

        TrafficCategory?[] categories = ReadCategories(body.Slice(names, namesLength));
        ReadOnlySpan<byte> rest = body[(names + ((namesLength + 3) & ~3))..];
        while (rest.Length >= sizeof(int))
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (length < RowLength || length > rest.Length - sizeof(int))
            {
                return false;
            }

            if (ReadRow(rest.Slice(sizeof(int), (int)length), categories) is { } row)
            {
                into(row);
            }

            rest = rest[(sizeof(int) + (int)Math.Min((length + 3) & ~3u, (uint)(rest.Length - sizeof(int))))..];
        }

        return true;
    }

    private static TrafficCategory?[] ReadCategories(ReadOnlySpan<byte> names) =>
        Array.ConvertAll(
            Encoding.ASCII.GetString(names).Split(' '),
            static name => Enum.TryParse(name, out TrafficCategory category) && Enum.IsDefined(category) ? category : (TrafficCategory?)null
        );

    private static RecordedFlow? ReadRow(ReadOnlySpan<byte> row, TrafficCategory?[] categories)
    {
        int category = BinaryPrimitives.ReadUInt16LittleEndian(row[60..]);
        int process = BinaryPrimitives.ReadInt32LittleEndian(row[66..]);
        if (category >= categories.Length || categories[category] is not { } known || (known == TrafficCategory.Process) != (process >= 0))
        {
            return null;
        }

        long inode = BinaryPrimitives.ReadInt64LittleEndian(row[78..]);
        long networkNamespace = BinaryPrimitives.ReadInt64LittleEndian(row[86..]);
        int countedOn = BinaryPrimitives.ReadInt32LittleEndian(row[94..]);
        int shared = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(row[98..]), 0, (row.Length - RowLength) / sizeof(int));
        var holders = new int[shared];
        for (int i = 0; i < shared; i++)
        {
            holders[i] = BinaryPrimitives.ReadInt32LittleEndian(row[(RowLength + (i * sizeof(int)))..]);
        }

        byte flags = row[7];
        return new RecordedFlow
        {
            Number = BinaryPrimitives.ReadInt32LittleEndian(row),
            Interface = BinaryPrimitives.ReadUInt16LittleEndian(row[4..]),
            Protocol = row[6],
            Low = AddressValue.FromIPv6(row[8..]),
            High = AddressValue.FromIPv6(row[24..]),
            LowPort = BinaryPrimitives.ReadUInt16LittleEndian(row[40..]),
            HighPort = BinaryPrimitives.ReadUInt16LittleEndian(row[42..]),
            FirstSeen = BinaryPrimitives.ReadInt64LittleEndian(row[44..]),
            LastSeen = BinaryPrimitives.ReadInt64LittleEndian(row[52..]),
            LocalIsLow = (flags & LocalIsLow) != 0,
            IsSecondView = (flags & IsSecondView) != 0,
            HasSent = (flags & HasSent) != 0,
            HasReceived = (flags & HasReceived) != 0,
            MayBeTranslated = (flags & MayBeTranslated) != 0,
            Category = known,
            Evidence = (OwnerEvidence)BinaryPrimitives.ReadInt32LittleEndian(row[62..]),
            ProcessPlace = process,
            OwnerSince = BinaryPrimitives.ReadInt64LittleEndian(row[70..]),
            Inode = inode < 0 ? null : inode,
            SharedWith = holders,
            NetworkNamespace = networkNamespace < 0 ? null : networkNamespace,
            CountedOn = countedOn is >= 0 and <= ushort.MaxValue ? (ushort)countedOn : null,
        };
    }

    private static void WriteAddress(Span<byte> into, AddressValue address)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], address.Low);
    }
}
