using System.Reflection;
using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

/// <summary>
/// The few functions of libpcap that SharpPcap lacks, or wraps in a way that allocates for every packet. They work on the
/// handle that SharpPcap opened, so both must mean the same library: the names are tried in SharpPcap's order.
/// </summary>
internal static partial class LibPcap
{
    private const string Library = "procnet-libpcap";

    private static readonly string[] s_names = ["libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1"];

    static LibPcap() => NativeLibrary.SetDllImportResolver(typeof(LibPcap).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name == Library)
        {
            foreach (string candidate in s_names)
            {
                if (NativeLibrary.TryLoad(candidate, out nint handle))
                {
                    return handle;
                }
            }
        }

        return 0;
    }
}
