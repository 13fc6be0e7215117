using System.Reflection;

namespace ProcNet.PowerShell.Loading;

/// <summary>
/// An assembly in <c>lib/</c> that is loaded when it is first asked for, by its one public class. It is not referenced at compile time, so
/// that no other way than the private load context leads to it.
/// </summary>
/// <typeparam name="T">The core's contract that the class implements.</typeparam>
/// <param name="assemblyName">The name of the assembly.</param>
/// <param name="typeName">The full name of the class; it has a constructor without parameters.</param>
internal sealed class OptionalLibrary<T>(string assemblyName, string typeName)
    where T : class
{
    private readonly Lock _gate = new();
    private T? _instance;

    /// <summary>
    /// The library, one instance for the whole process. A failure is not remembered: the user may install what is missing and try
    /// again.
    /// </summary>
    /// <exception cref="ProcNetException">Something that the library needs is not installed.</exception>
    public T Get()
    {
        lock (_gate)
        {
            return _instance ??= Load();
        }
    }

    private T Load()
    {
        Assembly assembly = PrivateLoadContext.Instance.LoadFromAssemblyName(new AssemblyName(assemblyName));
        Type type = assembly.GetType(typeName, throwOnError: true)!;

        // Unwrapped: what is not installed is for the user to read.
        const BindingFlags Constructor =
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.CreateInstance | BindingFlags.DoNotWrapExceptions;
        return (T)Activator.CreateInstance(type, Constructor, binder: null, args: null, culture: null)!;
    }
}
