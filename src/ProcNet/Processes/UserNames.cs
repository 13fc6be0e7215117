using System.Globalization;
using System.Runtime.InteropServices;
using ProcNet.Linux;
using ProcNet.Linux.Native;
using ProcNet.Text;

namespace ProcNet.Processes;

/// <summary>
/// The names of users by id, each asked for once. getpwuid_r(3) and not /etc/passwd, so that users of LDAP, SSSD and
/// systemd's dynamic users have their names too. Not thread-safe.
/// </summary>
internal sealed unsafe class UserNames
{
    private const int LongestEntry = 1 << 20;
    private readonly Dictionary<uint, string> _names = [];

    /// <summary>The user's name; the number where it has none.</summary>
    public string Get(uint userId)
    {
        if (!_names.TryGetValue(userId, out string? name))
        {
            name = Ask(userId) ?? userId.ToString(CultureInfo.InvariantCulture);
            _names.Add(userId, name);
        }

        return name;
    }

    private static string? Ask(uint userId)
    {
        for (int length = 1024; length <= LongestEntry; length *= 4)
        {
            byte[] buffer = new byte[length];
            fixed (byte* start = buffer)
            {
                Passwd entry;
                Passwd* found;
                int error = LibC.GetPwuidR(userId, &entry, start, (nuint)length, &found);
                if (error != Errno.ERANGE)
                {
                    // A user database that is away is the same to us as a user without a name.
                    return error == 0 && found != null
                        ? OutsideText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(found->Name))
                        : null;
                }
            }
        }

        return null;
    }
}
