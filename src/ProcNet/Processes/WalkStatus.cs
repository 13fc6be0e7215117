namespace ProcNet.Processes;

/// <summary>How the walk through a process's file descriptors ended.</summary>
internal enum WalkStatus
{
    /// <summary>All were read.</summary>
    Read,

    /// <summary>The process has gone.</summary>
    Gone,

    /// <summary>They may not be read: it is another user's process, or it has more capabilities (proc(5), ptrace(2)).</summary>
    Denied,

    /// <summary>The kernel could not read them, for a reason that says nothing about the process (EIO, a limit of a sandbox).</summary>
    Failed,
}
