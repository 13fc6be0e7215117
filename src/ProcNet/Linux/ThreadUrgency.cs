using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>Lets a thread that sleeps most of the time run soon when it wakes.</summary>
internal static class ThreadUrgency
{
    private const int UrgentNice = -15;

    // Ahead of the others: packets that are not read in time are lost, an owner may be found a little later.
    private const int CountingNice = -18;

    /// <summary>Raises the calling thread above ordinary ones, where the user may (CAP_SYS_NICE).</summary>
    /// <returns>False where the user may not: the thread then waits its turn, and sees less on a busy machine.</returns>
    public static bool TryRaise() => LibC.SetPriority(0, 0, UrgentNice) == 0;

    /// <summary>The same for a thread that counts what the kernel keeps for a moment only.</summary>
    public static bool TryRaiseCounting() => LibC.SetPriority(0, 0, CountingNice) == 0;
}
