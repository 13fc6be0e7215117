using System.Globalization;
using ProcNet.Text;

namespace ProcNet.Sockets;

/// <summary>
/// Reads lines of lsof(8), as a table or with <c>-F</c> (each field on a line of its own, or between zero bytes with
/// <c>-F0</c>).
/// </summary>
internal sealed class LsofReader
{
    private bool _isTable;
    private int _id;
    private string _name = string.Empty;
    private string? _user;
    private int _descriptor = -1;
    private string _type = string.Empty;
    private long _device;
    private long _inode;

    /// <summary>Reads a line.</summary>
    /// <returns>The sockets that it completes: mostly none or one.</returns>
    public IEnumerable<ProcSocket> Read(string line)
    {
        if (line.StartsWith("COMMAND", StringComparison.Ordinal) && line.Contains("DEVICE", StringComparison.Ordinal))
        {
            _isTable = true;
            return [];
        }

        return _isTable ? ReadRow(line) : ReadFields(line.Split('\0'));
    }

    private List<ProcSocket> ReadFields(string[] fields)
    {
        List<ProcSocket> found = [];
        foreach (string field in fields)
        {
            if (field.Length < 2)
            {
                continue;
            }

            string value = field[1..];
            switch (field[0])
            {
                case 'p' or 'f':
                    // The end of what came before, where names were not asked for.
                    Complete(found);
                    Begin(field[0], value);
                    break;
                case 'c':
                    _name = OutsideText.Sanitize(value);
                    break;
                case 'L':
                    _user = OutsideText.Sanitize(value);
                    break;
                case 't':
                    _type = value;
                    break;
                case 'd':
                    // Of a socket with addresses lsof shows the inode as its device.
                    _device = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long device) ? device : 0;
                    break;
                case 'i':
                    _inode = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long inode) ? inode : 0;
                    break;
                case 'n' or 'P':
                    // Names come last: what is known by now is all of it.
                    Complete(found);
                    break;
            }
        }

        return found;
    }

    /// <summary>What the end of the text completes.</summary>
    public IEnumerable<ProcSocket> End()
    {
        List<ProcSocket> found = [];
        Complete(found);
        return found;
    }

    private void Begin(char kind, string value)
    {
        int number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
        if (kind == 'p')
        {
            (_id, _name, _user, _descriptor) = (number, string.Empty, null, -1);
        }
        else
        {
            (_descriptor, _type, _device, _inode) = (number, string.Empty, 0, 0);
        }
    }

    private void Complete(List<ProcSocket> found)
    {
        long inode = InodeOf(_type, _device, _inode);
        if (_id > 0 && _descriptor >= 0 && inode > 0)
        {
            found.Add(
                new ProcSocket
                {
                    ProcessId = _id,
                    ProcessName = _name,
                    UserName = _user,
                    FileDescriptor = _descriptor,
                    Inode = inode,
                }
            );
            _descriptor = -1;
        }
    }

    /// <summary>COMMAND PID [TID TASKCMD] USER FD TYPE DEVICE SIZE/OFF NODE NAME.</summary>
    private static List<ProcSocket> ReadRow(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int type = Array.FindIndex(words, static word => IsSocket(word));
        if (type < 4 || words.Length < type + 4)
        {
            return [];
        }

        string descriptor = words[type - 1].TrimEnd('u', 'r', 'w', 'W', 'R', 'N', 'x', 'X');
        int idPlace = Array.FindIndex(words, 1, static word => word.All(char.IsAsciiDigit));
        long device = long.TryParse(words[type + 1], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
        long node = long.TryParse(words[type + 3], NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number : 0;
        long inode = InodeOf(words[type], device, node);
        return
            idPlace > 0
            && inode > 0
            && int.TryParse(descriptor, NumberStyles.None, CultureInfo.InvariantCulture, out int fd)
            && int.TryParse(words[idPlace], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ?
            [
                new ProcSocket
                {
                    ProcessId = id,
                    ProcessName = OutsideText.Sanitize(string.Join(' ', words[..idPlace])),
                    UserName = OutsideText.Sanitize(words[type - 2]),
                    FileDescriptor = fd,
                    Inode = inode,
                },
            ]
            : [];
    }

    private static bool IsSocket(string type) => type is "IPv4" or "IPv6" or "unix" or "sock" or "netlink" or "pack" or "raw" or "raw6";

    private static long InodeOf(string type, long device, long inode) =>
        type switch
        {
            "IPv4" or "IPv6" or "raw" or "raw6" => device > 0 ? device : inode,
            "unix" or "sock" or "netlink" or "pack" => inode > 0 ? inode : device,
            _ => 0,
        };
}
