using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>
/// The kernel has no more of something (descriptors, memory, threads). It says nothing about what was asked for, so that it is never taken
/// for an answer: that a process has gone, that there is no such table. It goes up as an error with what to do about it.
/// </summary>
internal static class ResourceShortage
{
    /// <summary>Whether an error number means it.</summary>
    public static bool IsMeantBy(int error) => error is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM;

    /// <summary>Whether an exception of the class library means it: it keeps a call's error number as it is.</summary>
    public static bool IsMeantBy(IOException failure) => IsMeantBy(failure.HResult);

    /// <summary>The failure of a native call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="error">Its error number.</param>
    /// <param name="cause">The exception that said so; null where the call itself did.</param>
    public static ProcNetException Of(string call, int error, Exception? cause = null)
    {
        (string what, string remedy) = error switch
        {
            Errno.EMFILE => (
                "this process has as many files open as it may",
                "Raise the limit with 'ulimit -n 65536' before PowerShell starts (systemd: LimitNOFILE=), or close what holds files open in this session."
            ),
            Errno.ENFILE => (
                "this machine has as many files open as it may",
                "Raise the limit with 'sysctl fs.file-max=…', or end what holds so many: 'lsof' counts them."
            ),
            Errno.ENOMEM => (
                "the kernel has no memory left for it",
                "Free memory, or raise the limit of this control group (systemd: MemoryMax=) or of locked memory ('ulimit -l')."
            ),
            _ => (Marshal.GetPInvokeErrorMessage(error), "Free what there is too little of, and try again."),
        };
        return new ProcNetException(
            ProcNetError.OutOfResources,
            $"{call} failed: {what}.",
            remedy,
            call,
            cause ?? new LinuxException(call, error)
        );
    }

    /// <summary>The failure of the class library.</summary>
    /// <param name="failure">One that <see cref="IsMeantBy(IOException)"/> is true of.</param>
    public static ProcNetException Of(IOException failure) => Of("Opening a file", failure.HResult, failure);

    /// <summary>Starts a thread.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.OutOfResources"/>: the system has no thread left; nothing was
    /// begun.</exception>
    public static void StartThread(Thread thread)
    {
        if (NativeCall.IsFaulted(NativeCall.Thread))
        {
            throw NoThread(thread, new LinuxException("clone", Marshal.GetLastPInvokeError()));
        }

        try
        {
            thread.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw NoThread(thread, e);
        }
    }

    private static ProcNetException NoThread(Thread thread, Exception cause) =>
        new(
            ProcNetError.OutOfResources,
            $"The thread '{thread.Name}' could not be started: this user or control group has as many threads as it may, or there is no memory for one.",
            "Raise the limit ('ulimit -u', systemd: TasksMax=, a container: --pids-limit), or end what runs so many.",
            thread.Name,
            cause
        );
}
