using ProcNet.Linux;

namespace ProcNet.Capture.Live;

/// <summary>Has work done by as many threads as can be had.</summary>
internal static class WorkThreads
{
    private const int StackSize = 256 * 1024;

    /// <summary>Runs work on this thread and on others, and waits for all.</summary>
    /// <param name="work">Takes a share until there is none left, on each thread. It does not throw.</param>
    /// <param name="others">How many other threads; where the system has none left, what there are do it all.</param>
    /// <param name="name">The threads' name.</param>
    public static void Run(Action work, int others, string name)
    {
        var started = new List<Thread>();
        try
        {
            while (started.Count < others)
            {
                var thread = new Thread(work.Invoke, StackSize) { IsBackground = true, Name = name };
                ResourceShortage.StartThread(thread);
                started.Add(thread);
            }
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.OutOfResources)
        {
            // It takes longer, that is all.
        }

        work();
        started.ForEach(static thread => thread.Join());
    }
}
