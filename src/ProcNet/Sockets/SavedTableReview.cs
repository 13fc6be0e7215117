using System.Buffers.Binary;
using System.Net.Sockets;
using ProcNet.Addresses;

namespace ProcNet.Sockets;

/// <summary>
/// Looks over a socket table that somebody saved: which lines are no rows, whether its end is cut, and whether its addresses make sense in
/// the byte order that they are read in. The kernel writes them in that of its machine, and nothing in the file tells which.
/// </summary>
/// <param name="isBigEndian">Whether a big-endian machine wrote it.</param>
internal sealed class SavedTableReview(bool isBigEndian)
{
    // So many are named; of the others their number tells enough.
    private const int MostNamed = 5;

    private readonly List<long> _strange = [];
    private long _strangeCount;
    private long _cutLine;
    private long _plausible;
    private long _plausibleReversed;

    /// <summary>The first line that is no row; 0 for none.</summary>
    public long FirstStrange => _strange.Count > 0 ? _strange[0] : _cutLine;

    /// <summary>Notes a line that is passed over.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="isCut">Whether the file ends in it.</param>
    public void AddStrange(long line, bool isCut)
    {
        if (isCut)
        {
            _cutLine = line;
            return;
        }

        _strangeCount++;
        if (_strange.Count < MostNamed)
        {
            _strange.Add(line);
        }
    }

    /// <summary>Turns a row's addresses into the file's byte order, and weighs both.</summary>
    public void Look(ref SocketRow row)
    {
        AddressValue localReversed = Reverse(row.Local, row.Family);
        AddressValue remoteReversed = Reverse(row.Remote, row.Family);
        if (isBigEndian)
        {
            (row.Local, localReversed) = (localReversed, row.Local);
            (row.Remote, remoteReversed) = (remoteReversed, row.Remote);
        }

        _plausible += Plausibility(row.Local) + Plausibility(row.Remote);
        _plausibleReversed += Plausibility(localReversed) + Plausibility(remoteReversed);
    }

    /// <summary>What is to be said of the table, once it is read.</summary>
    /// <param name="path">Its file.</param>
    public IEnumerable<Notice> Notices(string path)
    {
        if (_strangeCount > 0)
        {
            string more = _strangeCount > _strange.Count ? $" and {_strangeCount - _strange.Count} more" : string.Empty;
            yield return new Notice(
                NoticeKind.SavefileContradicts,
                $"Lines of '{path}' that are no rows of a socket table are passed over: {string.Join(", ", _strange)}{more}."
            );
        }

        if (_cutLine > 0)
        {
            yield return new Notice(
                NoticeKind.SavefileTruncated,
                $"The file '{path}' ends in the middle of line {_cutLine}: that row is left out."
            );
        }

        if (_plausibleReversed > _plausible)
        {
            yield return new Notice(
                NoticeKind.SavefileContradicts,
                isBigEndian
                    ? $"The addresses in '{path}' look reversed: a little-endian machine wrote it. Read it without -ByteOrder BigEndian."
                    : $"The addresses in '{path}' look reversed: a big-endian machine wrote it. Read it with -ByteOrder BigEndian."
            );
        }
    }

    /// <summary>The address with the bytes of each word of four turned round.</summary>
    private static AddressValue Reverse(AddressValue address, AddressFamily family) =>
        family == AddressFamily.InterNetwork
            ? AddressValue.FromIPv4(BinaryPrimitives.ReverseEndianness(address.IPv4))
            : new AddressValue(ReverseWords(address.High), ReverseWords(address.Low));

    private static ulong ReverseWords(ulong words) =>
        (ulong)BinaryPrimitives.ReverseEndianness((uint)(words >> 32)) << 32 | BinaryPrimitives.ReverseEndianness((uint)words);

    /// <summary>
    /// 1 for an address as hosts have them at home and of themselves, -1 for one that no host can have, 0 for the
    /// others.
    /// </summary>
    private static int Plausibility(AddressValue address)
    {
        if (address.IsAny)
        {
            return 0;
        }

        if (address.IsIPv4)
        {
            byte first = (byte)(address.IPv4 >> 24);
            byte second = (byte)(address.IPv4 >> 16);
            return first is 127 or 10
                || (first == 192 && second == 168)
                || (first == 172 && second is >= 16 and < 32)
                || (first == 169 && second == 254)
                    ? 1
                : first is 0 or >= 240 ? -1
                : 0;
        }

        // Loopback, unicast of the Internet (2000::/3), unique local (fc00::/7), link-local (fe80::/10), groups (ff00::/8).
        ushort prefix = (ushort)(address.High >> 48);
        return
            address.IsLoopback
            || (prefix & 0xE000) == 0x2000
            || (prefix & 0xFE00) == 0xFC00
            || (prefix & 0xFFC0) == 0xFE80
            || prefix >> 8 == 0xFF
            ? 1
            : -1;
    }
}
