using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    private const nint CompareFiles = 2; // KCMP_FILES

    // SYS_kcmp; C libraries have no function for it.
    private static readonly nint s_compareNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 272 : 312;

    /// <summary>kcmp(2): whether two threads have one table of descriptors.</summary>
    /// <returns>False where they have not; null where the kernel does not tell.</returns>
    public static bool? ShareDescriptors(int thread, int other) =>
        Kcmp(s_compareNumber, thread, other, CompareFiles, 0, 0) switch
        {
            0 => true,
            > 0 => false,
            _ => null,
        };

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Kcmp(nint number, nint first, nint second, nint type, nint firstIndex, nint secondIndex);
}
