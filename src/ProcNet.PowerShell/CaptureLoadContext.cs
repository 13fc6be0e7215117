using System.Reflection;
using System.Runtime.Loader;

namespace ProcNet.PowerShell;

/// <summary>
/// Where ProcNet.Capture, SharpPcap and PacketDotNet live, so that another module's copies of them cannot clash with these.
/// All else is asked of the default context, where the types that a user sees are.
/// </summary>
internal sealed class CaptureLoadContext(string directory) : AssemblyLoadContext("ProcNet")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The core may have been loaded by path, where the default context does not look it up by name.
        Assembly core = typeof(ProcNetException).Assembly;
        if (assemblyName.Name == core.GetName().Name)
        {
            return core;
        }

        string path = Path.Combine(directory, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
