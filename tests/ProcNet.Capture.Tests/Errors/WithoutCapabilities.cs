using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ProcNet.Capture.Tests.Errors;

/// <summary>
/// Runs code on a thread that has given up its capabilities, as an ordinary user's have none (capset(2) is of one
/// thread).
/// </summary>
internal static partial class WithoutCapabilities
{
    private const uint Version3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3

    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                uint[] header = [Version3, 0];
                uint[] none = new uint[6];
                if (SetCapabilities(header, none) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(uint[] header, uint[] data);
}
