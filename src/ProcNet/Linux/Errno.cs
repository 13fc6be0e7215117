namespace ProcNet.Linux;

/// <summary>The error numbers that ProcNet tells apart (errno(3)); the same on x64 and arm64.</summary>
internal static class Errno
{
    /// <summary>EPERM: the caller lacks a capability.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT: there is no such file, socket or table.</summary>
    public const int NoEntry = 2;

    /// <summary>ESRCH: the process is gone.</summary>
    public const int NoProcess = 3;

    /// <summary>EINTR: a signal came in between.</summary>
    public const int Interrupted = 4;

    /// <summary>EACCES: the file's mode or the ptrace rules forbid it.</summary>
    public const int AccessDenied = 13;

    /// <summary>EINVAL: an argument is not understood.</summary>
    public const int InvalidArgument = 22;

    /// <summary>ERANGE: the buffer is too short.</summary>
    public const int OutOfRange = 34;

    /// <summary>EMSGSIZE: the message did not fit.</summary>
    public const int MessageTooLong = 90;

    /// <summary>EOPNOTSUPP: the kernel has no such operation.</summary>
    public const int NotSupported = 95;
}
