using System.Runtime.InteropServices;

namespace ProcNet.Tests.Processes;

/// <summary>
/// Runs work as the user nobody, without capabilities, on a thread of its own: the system call itself moves one thread
/// only.
/// </summary>
internal static partial class OtherUser
{
    private const nint Nobody = 65534;

    public static T Run<T>(Func<T> work)
    {
        // The runtime asks who runs it once: a test that asked first while this thread is somebody else would fix the wrong answer for all.
        _ = Environment.IsPrivilegedProcess;
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                nint setresuid = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;
                Assert.Equal(0, SystemCall(setresuid, -1, Nobody, -1));
                result = work();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw failure;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint realUser, nint effectiveUser, nint savedUser);
}
