using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>Lets a thread that sleeps most of the time run soon when it wakes.</summary>
internal static class ThreadUrgency
{
    private const int UrgentNice = -15;

    /// <summary>Raises the calling thread above ordinary ones, where the user may (CAP_SYS_NICE).</summary>
    /// <returns>False where the user may not: the thread then waits its turn, and sees less on a busy machine.</returns>
    public static bool TryRaise() => LibC.SetPriority(0, 0, UrgentNice) == 0;
}
