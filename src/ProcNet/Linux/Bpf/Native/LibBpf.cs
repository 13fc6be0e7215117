using System.Reflection;
using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

/// <summary>
/// The distribution's libbpf, by its stable ABI (libbpf.so.1; 1.1 suffices). It is bound at the first call, so that nothing
/// needs it to be there before it is asked for: see <see cref="TryLoad"/>.
/// </summary>
internal static partial class LibBpf
{
    /// <summary>The file that the loader looks for.</summary>
    public const string Library = "libbpf.so.1";

    private static readonly Lazy<bool> s_isPresent = new(static () =>
    {
        if (!NativeLibrary.TryLoad(Library, Assembly.GetExecutingAssembly(), null, out _))
        {
            return false;
        }

        // It would write to stderr what is told by the error numbers anyway.
        LibbpfSetPrint(0);
        return true;
    });

    /// <summary>Loads it; false where it is not installed.</summary>
    public static bool TryLoad() => s_isPresent.Value;

    /// <summary>Its version (<c>v1.1</c>).</summary>
    public static string Version => Marshal.PtrToStringUTF8(LibbpfVersionString()) ?? "";
}
