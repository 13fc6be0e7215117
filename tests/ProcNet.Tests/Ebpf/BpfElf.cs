using System.Buffers.Binary;
using System.Text;

namespace ProcNet.Tests.Ebpf;

/// <summary>The sections of a compiled BPF object (a 64-bit little-endian ELF file).</summary>
internal sealed class BpfElf
{
    private const int SectionHeaderLength = 64;

    public BpfElf(byte[] image)
    {
        ReadOnlySpan<byte> file = image;
        int headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(file[62..]);
        ReadOnlySpan<byte> nameTable = Content(file, headers, names);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> name = nameTable[
                (int)BinaryPrimitives.ReadUInt32LittleEndian(file[(headers + i * SectionHeaderLength)..])..
            ];
            Sections.Add((Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]), Content(file, headers, i).ToArray()));
        }
    }

    public List<(string Name, byte[] Content)> Sections { get; } = [];

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file, int headers, int index)
    {
        ReadOnlySpan<byte> header = file[(headers + index * SectionHeaderLength)..];
        int offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        // SHT_NOBITS has no content.
        return BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == 8 ? default : file.Slice(offset, length);
    }
}
