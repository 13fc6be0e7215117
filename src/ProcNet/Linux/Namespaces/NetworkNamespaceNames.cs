namespace ProcNet.Linux.Namespaces;

/// <summary>The network namespaces that ip-netns(8) has given names.</summary>
internal static class NetworkNamespaceNames
{
    /// <summary>Where it keeps them.</summary>
    public const string Folder = "/run/netns";

    /// <summary>The paths of the namespaces with names; none where there is no such folder.</summary>
    public static IReadOnlyList<string> List()
    {
        try
        {
            return Directory.GetFiles(Folder);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
