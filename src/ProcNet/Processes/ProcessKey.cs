namespace ProcNet.Processes;

/// <summary>Names a process for good: ids come back, an id with its start time does not.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot (<c>/proc/&lt;pid&gt;/stat</c> field 22).</param>
internal readonly record struct ProcessKey(int Id, ulong StartTicks);
