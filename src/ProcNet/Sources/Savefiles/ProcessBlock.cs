using System.Buffers.Binary;
using ProcNet.Text;

namespace ProcNet.Sources.Savefiles;

/// <summary>Reads blocks that describe a process: Wireshark's (and ours) and Apple's.</summary>
internal static class ProcessBlock
{
    /// <summary>Reads a custom block of Wireshark's; null where it is of another kind or damaged.</summary>
    /// <param name="body">What follows the length of the block.</param>
    /// <param name="isSwapped">Whether the section is big-endian; the entry itself never is.</param>
    public static RecordedProcess? ReadWireshark(ReadOnlySpan<byte> body, bool isSwapped)
    {
        if (body.Length < 16)
        {
            return null;
        }

        uint enterprise = isSwapped ? BinaryPrimitives.ReadUInt32BigEndian(body) : BinaryPrimitives.ReadUInt32LittleEndian(body);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        return
            enterprise == PcapNg.WiresharkEnterprise
            && BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) == PcapNg.ProcessInformation
            && length >= sizeof(uint)
            && length <= body.Length - 12
            ? Read(body.Slice(12, (int)length), isSwapped: false, isDarwin: false)
            : null;
    }

    /// <summary>Reads Apple's block; null where it is damaged.</summary>
    public static RecordedProcess? ReadDarwin(ReadOnlySpan<byte> body, bool isSwapped) =>
        body.Length < sizeof(uint) ? null : Read(body, isSwapped, isDarwin: true);

    private static RecordedProcess Read(ReadOnlySpan<byte> entry, bool isSwapped, bool isDarwin)
    {
        var process = new RecordedProcess { Id = Read32(entry, isSwapped) };
        ReadOnlySpan<byte> options = entry[sizeof(uint)..];
        while (options.Length >= 4)
        {
            int code = isSwapped ? BinaryPrimitives.ReadUInt16BigEndian(options) : BinaryPrimitives.ReadUInt16LittleEndian(options);
            int length = isSwapped
                ? BinaryPrimitives.ReadUInt16BigEndian(options[2..])
                : BinaryPrimitives.ReadUInt16LittleEndian(options[2..]);
            if (code == 0 || length > options.Length - 4)
            {
                break;
            }

            process = isDarwin && code != PcapNg.ProcessName ? process : Add(process, code, options.Slice(4, length));
            options = options[Math.Min((4 + length + 3) & ~3, options.Length)..];
        }

        return process;
    }

    private static RecordedProcess Add(RecordedProcess process, int code, ReadOnlySpan<byte> value) =>
        code switch
        {
            PcapNg.ProcessName => process with { Name = OutsideText.Decode(value, 256) },
            PcapNg.ProcessPath => process with { Path = OutsideText.Decode(value, 4096) },
            PcapNg.ProcessCommandLine => process with { CommandLine = value.ToArray() },
            PcapNg.ProcessParent when value.Length == 4 => process with { ParentId = BinaryPrimitives.ReadUInt32LittleEndian(value) },
            PcapNg.ProcessUserId when value.Length == 4 => process with { UserId = BinaryPrimitives.ReadUInt32LittleEndian(value) },
            PcapNg.ProcessUserName => process with { UserName = OutsideText.Decode(value, 256) },
            PcapNg.ProcessStart when value.Length == 8 => process with { StartTime = BinaryPrimitives.ReadInt64LittleEndian(value) },
            PcapNg.ProcessContainer => process with { Container = OutsideText.Decode(value, 256) },
            PcapNg.ProcessUnit => process with { Unit = OutsideText.Decode(value, 256) },
            PcapNg.ProcessSlice => process with { Slice = OutsideText.Decode(value, 256) },
            PcapNg.ProcessNetworkNamespace when value.Length == 8 => process with
            {
                NetworkNamespace = BinaryPrimitives.ReadInt64LittleEndian(value),
            },
            _ => process,
        };

    private static uint Read32(ReadOnlySpan<byte> bytes, bool isSwapped) =>
        isSwapped ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
