namespace ProcNet.Linux;

/// <summary>The error numbers that ProcNet tells apart (errno(3)); the same on x64 and arm64.</summary>
internal static class Errno
{
    /// <summary>EPERM: the caller lacks a capability.</summary>
    public const int EPERM = 1;

    /// <summary>ENOENT: there is no such file, socket or table.</summary>
    public const int ENOENT = 2;

    /// <summary>ESRCH: the process is gone.</summary>
    public const int ESRCH = 3;

    /// <summary>EINTR: a signal came in between.</summary>
    public const int EINTR = 4;

    /// <summary>ENXIO: nobody reads the pipe.</summary>
    public const int ENXIO = 6;

    /// <summary>EAGAIN: it would have to wait.</summary>
    public const int EAGAIN = 11;

    /// <summary>ENOMEM: the kernel has no memory for it.</summary>
    public const int ENOMEM = 12;

    /// <summary>EACCES: the file's mode or the ptrace rules forbid it.</summary>
    public const int EACCES = 13;

    /// <summary>EEXIST: there is one already.</summary>
    public const int EEXIST = 17;

    /// <summary>ENOTDIR: a part of the path is no directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>EINVAL: an argument is not understood.</summary>
    public const int EINVAL = 22;

    /// <summary>ENFILE: the system has as many files open as it may.</summary>
    public const int ENFILE = 23;

    /// <summary>EMFILE: the process has as many files open as it may.</summary>
    public const int EMFILE = 24;

    /// <summary>ERANGE: the buffer is too short.</summary>
    public const int ERANGE = 34;

    /// <summary>ELOOP: a link, or too many of them.</summary>
    public const int ELOOP = 40;

    /// <summary>EMSGSIZE: the message did not fit.</summary>
    public const int EMSGSIZE = 90;

    /// <summary>EOPNOTSUPP: the kernel has no such operation.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>ENOBUFS: more was told than there was room for.</summary>
    public const int ENOBUFS = 105;
}
