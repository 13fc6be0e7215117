using System.Reflection;
using System.Runtime.Loader;

namespace ProcNet.PowerShell.Loading;

/// <summary>
/// Where the assemblies in <c>lib/</c> live, with the packages that they bring, so that another module's copies of those cannot clash with
/// these. All else is asked of the default context, where the types that a user sees are. One for the whole PowerShell process.
/// </summary>
internal sealed class PrivateLoadContext : AssemblyLoadContext
{
    private static readonly Lazy<PrivateLoadContext> s_instance = new(static () => new PrivateLoadContext());

    private readonly string _directory = Path.Combine(Path.GetDirectoryName(typeof(PrivateLoadContext).Assembly.Location)!, "lib");

    private PrivateLoadContext()
        : base("ProcNet") { }

    /// <summary>The one context: every runspace and every import of the module shares it.</summary>
    public static PrivateLoadContext Instance => s_instance.Value;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The core may have been loaded by path, where the default context does not look it up by name.
        Assembly core = typeof(ProcNetException).Assembly;
        if (assemblyName.Name == core.GetName().Name)
        {
            return core;
        }

        string path = Path.Combine(_directory, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        // Native libraries that a package brings stand beside it; the system's own are found as everywhere.
        string path = Path.Combine(_directory, unmanagedDllName);
        return File.Exists(path) ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
