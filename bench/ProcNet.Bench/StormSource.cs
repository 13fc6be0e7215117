namespace ProcNet.Bench;

/// <summary>What counts a storm and knows its owners.</summary>
internal enum StormSource
{
    /// <summary>A capture, and the kernel feed beside it that knows owners: what root gets by default.</summary>
    Capture,

    /// <summary>A capture without eBPF.</summary>
    CaptureAlone,

    /// <summary>The kernel feed.</summary>
    Kernel,
}
