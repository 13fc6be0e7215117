namespace ProcNet.Capture.Live;

/// <summary>Closes many things whose closing waits.</summary>
internal static class ParallelClose
{
    private const int MostThreads = 32;

    /// <summary>
    /// Closes all. A packet socket's close waits 20 ms for the kernel's readers; waits that begin together end together.
    /// Threads of their own, since the thread pool is slow to grow.
    /// </summary>
    public static void All(IReadOnlyList<IDisposable> items)
    {
        int next = -1;
        void CloseSome()
        {
            for (int i = Interlocked.Increment(ref next); i < items.Count; i = Interlocked.Increment(ref next))
            {
                items[i].Dispose();
            }
        }

        WorkThreads.Run(CloseSome, Math.Clamp(items.Count - 1, 0, MostThreads), "ProcNet close");
    }
}
