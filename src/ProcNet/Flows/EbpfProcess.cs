namespace ProcNet.Flows;

/// <summary>A process as the BPF programs name it: its id, and above it the clock tick of its start. 0 is nobody.</summary>
/// <param name="Value">Both in one number.</param>
internal readonly record struct EbpfProcess(ulong Value)
{
    /// <summary>The process id, as the initial PID namespace has it.</summary>
    public int Id => (int)(uint)Value;

    /// <summary>When it started, in clock ticks since boot; 0 where the programs may not look into tasks.</summary>
    public ulong StartTicks => Value >> 32;

    /// <summary>Whether it names nobody.</summary>
    public bool IsNobody => Value == 0;
}
