using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux.Namespaces;

/// <summary>Runs work inside another network namespace, on a thread that is made for it and ends with it.</summary>
internal static class NetworkNamespaceThread
{
    private const int StackSize = 256 * 1024;

    /// <summary>The path under which the calling thread's own network namespace stands.</summary>
    /// <remarks>Not /proc/self: that is the main thread's.</remarks>
    public const string OwnNamespacePath = "/proc/thread-self/ns/net";

    /// <summary>Runs a function inside a network namespace and gives its answer.</summary>
    /// <param name="namespacePath">For example <c>/proc/123/ns/net</c> or <c>/run/netns/blue</c>.</param>
    /// <param name="work">What to run. A socket that it makes stays in that namespace, whichever thread uses it later.</param>
    /// <exception cref="ProcNetException">The namespace does not exist or may not be entered.</exception>
    /// <remarks>
    /// setns(2) moves one thread. It would be wrong to give a moved thread back to the pool, and to move it back may fail,
    /// so the thread ends here.
    /// </remarks>
    public static T Run<T>(string namespacePath, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Enter(namespacePath);
                    result = work();
                }
#pragma warning disable CA1031 // Whatever it is goes on to the caller's thread.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
            },
            StackSize
        )
        {
            IsBackground = true,
            Name = "ProcNet namespace",
        };
        ResourceShortage.StartThread(thread);
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Enter(string path)
    {
        using SafeFileDescriptor descriptor = LibC.OpenAt(LibC.CurrentDirectory, path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor.IsInvalid || LibC.SetNs(descriptor, LibC.NetworkNamespaceType) != 0)
        {
            throw Unavailable(path, Marshal.GetLastPInvokeError());
        }
    }

    private static ProcNetException Unavailable(string path, int error)
    {
        (string message, string remedy) = error switch
        {
            Errno.ENOENT or Errno.ESRCH => (
                $"There is no network namespace at '{path}'.",
                "The process that it belonged to may have ended. 'lsns -t net' and 'ip netns' list the namespaces that exist."
            ),
            Errno.EPERM or Errno.EACCES => (
                $"The network namespace '{path}' may not be entered.",
                "To enter it, run as root (CAP_SYS_ADMIN, and CAP_SYS_PTRACE for other users' processes)."
            ),
            Errno.EINVAL => ($"'{path}' is not a network namespace.", "Name a file such as /proc/<pid>/ns/net or /run/netns/<name>."),
            _ => ($"The network namespace '{path}' cannot be entered: {Marshal.GetPInvokeErrorMessage(error)}.", "Try again."),
        };
        return new ProcNetException(
            ProcNetError.NetworkNamespaceUnavailable,
            message,
            remedy,
            path,
            new LinuxException($"setns {path}", error)
        );
    }
}
