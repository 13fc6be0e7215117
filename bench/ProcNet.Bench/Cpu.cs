using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcNet.Bench;

/// <summary>CPU time, user and system together, in milliseconds.</summary>
internal static partial class Cpu
{
    private const int Self = 0;
    private const int EndedChildren = -1;

    /// <summary>What a piece of work in this process took.</summary>
    public static double Of(Action work)
    {
        double before = Read(Self);
        work();
        return Read(Self) - before;
    }

    /// <summary>What a thread of this process took while something else was done.</summary>
    /// <param name="name">A part of its name, as the kernel knows it.</param>
    /// <param name="work">What is done.</param>
    public static double OfThread(string name, Action work)
    {
        double before = ReadThread(name);
        work();
        return ReadThread(name) - before;
    }

    /// <summary>What a command took, with all that it started. Its output is thrown away.</summary>
    /// <param name="command">A program and its arguments.</param>
    /// <param name="standardInputStaysOpen">For those that end with their input.</param>
    public static double OfCommand(IReadOnlyList<string> command)
    {
        double before = Read(EndedChildren);
        using Process process = Command.Start(command);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Read(EndedChildren) - before;
    }

    /// <summary>The time of the children that have ended and were waited for.</summary>
    public static double OfEndedChildren() => Read(EndedChildren);

    // proc_pid_schedstat(5): nanoseconds on a processor come first.
    private static double ReadThread(string name) =>
        Directory
            .GetDirectories("/proc/self/task")
            .Where(task => File.ReadAllText($"{task}/comm").Contains(name, StringComparison.Ordinal))
            .Sum(task => long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e6);

    private static double Read(int who)
    {
        if (GetResourceUsage(who, out ResourceUsage usage) != 0)
        {
            throw new InvalidOperationException($"getrusage: {Marshal.GetLastPInvokeError()}");
        }

        return ((usage.UserSeconds + usage.SystemSeconds) * 1e3) + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e3);
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    // struct rusage of a 64-bit Linux: two timevals and fourteen longs.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct ResourceUsage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
    }
}
