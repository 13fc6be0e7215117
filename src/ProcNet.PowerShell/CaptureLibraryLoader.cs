using System.Reflection;
using ProcNet.Sources;

namespace ProcNet.PowerShell;

/// <summary>
/// Gives the capture library, which is loaded when it is first asked for. One for the whole PowerShell process:
/// every runspace and every import of the module shares it.
/// </summary>
internal static class CaptureLibraryLoader
{
    // Not referenced at compile time, so that no other way than the private load context leads to it.
    private const string CaptureAssembly = "ProcNet.Capture";
    private const string CaptureType = "ProcNet.Capture.PcapLibrary";

    private static readonly Lock s_gate = new();
    private static ICaptureLibrary? s_library;

    /// <summary>The library. A failure is not remembered: the user may install libpcap and try again.</summary>
    /// <exception cref="ProcNetException">libpcap is not installed.</exception>
    public static ICaptureLibrary Get()
    {
        lock (s_gate)
        {
            return s_library ??= Load();
        }
    }

    private static ICaptureLibrary Load()
    {
        string directory = Path.Combine(Path.GetDirectoryName(typeof(CaptureLibraryLoader).Assembly.Location)!, "lib");
        Assembly assembly = new CaptureLoadContext(directory).LoadFromAssemblyName(new AssemblyName(CaptureAssembly));
        Type type = assembly.GetType(CaptureType, throwOnError: true)!;

        // Dissected: that libpcap is not installed is for the user to read.
        const BindingFlags Constructor = BindingFlags.Public | BindingFlags.Instance | BindingFlags.CreateInstance | BindingFlags.DoNotWrapExceptions;
        return (ICaptureLibrary)Activator.CreateInstance(type, Constructor, binder: null, args: null, culture: null)!;
    }
}
