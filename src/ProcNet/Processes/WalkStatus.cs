namespace ProcNet.Processes;

/// <summary>How looking at a process's descriptors ended.</summary>
internal enum WalkStatus
{
    /// <summary>They were read.</summary>
    Read,

    /// <summary>The process is gone.</summary>
    Gone,

    /// <summary>This user may not read them.</summary>
    Denied,
}
