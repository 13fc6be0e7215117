using System.Runtime.InteropServices;

namespace ProcNet.Monitoring;

/// <summary>
/// The end of this process by a signal (SIGTERM of systemctl stop, SIGHUP of a terminal that closes), which .NET 10 leaves to us: what is
/// measured ends then, files are whole and rows come out, before the signal does what it does. Thread-safe.
/// </summary>
internal static class SessionEnd
{
    // systemd kills after 90 s; nobody at a terminal waits that long.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // The pipeline writes on its own thread: what came out of a cmdlet is still to be shown.
    private static readonly TimeSpan s_forShowing = TimeSpan.FromMilliseconds(300);

    private static readonly Lock s_gate = new();
    private static readonly List<Action> s_waiting = [];
    private static readonly List<PosixSignalRegistration> s_signals = [];
    private static int s_measuring;

    /// <summary>Has something done at the end, before the process goes.</summary>
    public static void Add(Action work)
    {
        lock (s_gate)
        {
            Watch();
            s_waiting.Add(work);
        }
    }

    /// <summary>Begins a measurement that a cmdlet waits for, and whose rows are to come out.</summary>
    /// <param name="end">Ends it.</param>
    /// <returns>To be disposed of once the rows are out.</returns>
    public static IDisposable BeginMeasuring(Action end)
    {
        lock (s_gate)
        {
            Watch();
            s_measuring++;
            s_waiting.Insert(0, end);
        }

        return new Measurement(end);
    }

    private static void Watch()
    {
        if (s_signals.Count == 0)
        {
            s_signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => Run()));
            s_signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, static _ => Run()));
        }
    }

    private static void Run()
    {
        Action[] waiting;
        bool isMeasuring;
        lock (s_gate)
        {
            waiting = [.. s_waiting];
            isMeasuring = s_measuring > 0;
        }

        foreach (Action work in waiting)
        {
            work();
        }

        long until = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (Volatile.Read(ref s_measuring) > 0 && Environment.TickCount64 < until)
        {
            Thread.Sleep(10);
        }

        if (isMeasuring)
        {
            Thread.Sleep(s_forShowing);
        }
    }

    private sealed class Measurement(Action end) : IDisposable
    {
        private bool _isDone;

        public void Dispose()
        {
            lock (s_gate)
            {
                if (!_isDone)
                {
                    _isDone = true;
                    s_measuring--;
                    s_waiting.Remove(end);
                }
            }
        }
    }
}
