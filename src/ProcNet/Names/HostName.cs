using System.Text;

namespace ProcNet.Names;

/// <summary>Names of hosts that came out of packets: bounded, in small letters, of no other characters than such names have.</summary>
internal static class HostName
{
    /// <summary>The longest name that DNS has, as text (RFC 1035 2.3.4).</summary>
    public const int MaxLength = 253;

    /// <summary>Reads a name that is text already (an SNI, a hosts file). Null where it is none: an address, empty, too long.</summary>
    public static string? Read(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[^1] == '.')
        {
            text = text[..^1];
        }

        if (text.Length is 0 or > MaxLength || text[0] == '.' || text.IndexOf(".."u8) >= 0)
        {
            return null;
        }

        bool hasLetter = false;
        Span<byte> name = stackalloc byte[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            if (!TryFold(text[i], out name[i]) && text[i] != '.')
            {
                return null;
            }

            name[i] = text[i] == '.' ? text[i] : name[i];
            hasLetter |= name[i] is >= (byte)'a' and <= (byte)'z' or (byte)'_';
        }

        // Digits and dots alone are an address, which is no name (RFC 6066 3).
        return hasLetter ? Encoding.ASCII.GetString(name) : null;
    }

    /// <summary>A letter as a small one; false for what no name of a host has.</summary>
    public static bool TryFold(byte character, out byte folded)
    {
        folded = character is >= (byte)'A' and <= (byte)'Z' ? (byte)(character | 0x20) : character;
        return folded is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'_';
    }
}
