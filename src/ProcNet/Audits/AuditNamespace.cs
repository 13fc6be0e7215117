using ProcNet.Sockets;

namespace ProcNet.Audits;

/// <summary>The network namespace of an audit: one that is there by a name, also after the next boot.</summary>
internal static class AuditNamespace
{
    /// <summary>Finds its file.</summary>
    /// <exception cref="ProcNetException">There is none, or it is named by a process that will end.</exception>
    public static string Find(string name) =>
        NetworkNamespaceName.Find(name) is { ProcessId: null } reference
            ? reference.Path
            : throw new ProcNetException(
                ProcNetError.NetworkNamespaceUnavailable,
                $"The network namespace '{name}' has no name that outlives its processes.",
                "Give it one: 'ip netns attach NAME PROCESS'. Then name it so.",
                name
            );
}
