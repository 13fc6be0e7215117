using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

/// <summary>struct passwd (getpwuid(3)); the same layout in glibc and musl on 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Passwd
{
    /// <summary>The login name, up to a zero byte.</summary>
    public byte* Name;

    /// <summary>The password field.</summary>
    public byte* Password;

    /// <summary>The user id.</summary>
    public uint UserId;

    /// <summary>The id of the user's group.</summary>
    public uint GroupId;

    /// <summary>The real name.</summary>
    public byte* RealName;

    /// <summary>The home directory.</summary>
    public byte* HomeDirectory;

    /// <summary>The shell.</summary>
    public byte* Shell;
}

internal static unsafe partial class LibC
{
    /// <summary>getpwuid_r(3): asks every user database that nsswitch.conf(5) names.</summary>
    /// <returns>0, with <paramref name="found"/> null where there is no such user; else an errno (ERANGE: the buffer is too
    /// short).</returns>
    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    public static partial int GetPwuidR(uint userId, Passwd* entry, byte* buffer, nuint length, Passwd** found);
}
