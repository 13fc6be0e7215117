using System.Buffers.Text;

namespace ProcNet.Processes;

/// <summary>Parses the texts of <c>/proc/&lt;pid&gt;/stat</c> and <c>status</c> (proc(5)). Pure.</summary>
internal static class ProcessStatus
{
    private const int ParentField = 4;
    private const int StartField = 22;

    /// <summary>Reads the parent's id (field 4) and the start time in ticks (field 22) of <c>stat</c>.</summary>
    /// <remarks>Field 2, the name, stands in brackets and may itself hold brackets and blanks: counting begins after the last
    /// bracket.</remarks>
    public static bool TryParseStat(ReadOnlySpan<byte> text, out int parentId, out ulong startTicks)
    {
        parentId = 0;
        startTicks = 0;
        int bracket = text.LastIndexOf((byte)')');
        if (bracket < 0 || bracket + 2 > text.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[(bracket + 2)..];
        for (int field = 3; field < StartField; field++)
        {
            if (field == ParentField && !Utf8Parser.TryParse(rest, out parentId, out _))
            {
                return false;
            }

            int blank = rest.IndexOf((byte)' ');
            if (blank < 0)
            {
                return false;
            }

            rest = rest[(blank + 1)..];
        }

        return Utf8Parser.TryParse(rest, out startTicks, out _);
    }

    /// <summary>Reads the name (field 2) of <c>stat</c>: what stands between the first bracket and the last.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> text)
    {
        int first = text.IndexOf((byte)'(');
        int last = text.LastIndexOf((byte)')');
        return first >= 0 && last > first ? text[(first + 1)..last] : default;
    }

    /// <summary>Reads the effective user id of <c>status</c>: the second number of its line <c>Uid:</c>.</summary>
    public static bool TryParseUserId(ReadOnlySpan<byte> text, out uint userId)
    {
        userId = 0;
        int line = text.IndexOf("\nUid:\t"u8);
        if (line < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[(line + 6)..];
        int tab = rest.IndexOf((byte)'\t');
        return tab >= 0 && Utf8Parser.TryParse(rest[(tab + 1)..], out userId, out _);
    }
}
