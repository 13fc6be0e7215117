using System.Collections.ObjectModel;
using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Turns PowerShell paths into paths of the file system.</summary>
internal static class ProviderPath
{
    /// <summary>The files that a path with wildcards names. What does not exist is an error of the cmdlet, which goes on.</summary>
    public static IEnumerable<string> ResolveWildcards(PSCmdlet cmdlet, string path)
    {
        Collection<string> files;
        ProviderInfo provider;
        try
        {
            files = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
        }
        catch (ItemNotFoundException missing)
        {
            cmdlet.WriteError(
                ErrorRecords.From(
                    new ProcNetException(ProcNetError.FileNotFound, missing.Message, "Give the path of a file that exists.", path, missing)
                )
            );
            return [];
        }

        return IsFileSystem(cmdlet, provider, path) ? files.Where(file => IsNoFolder(cmdlet, file, path)).ToArray() : [];
    }

    /// <summary>
    /// The file that a literal path names, whether it exists or not; null, with an error of the cmdlet, where the path is no
    /// file's.
    /// </summary>
    public static string? ResolveLiteral(PSCmdlet cmdlet, string path)
    {
        string file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return IsFileSystem(cmdlet, provider, path) && IsNoFolder(cmdlet, file, path) ? file : null;
    }

    // A wildcard may match folders too: those are passed over.
    private static bool IsNoFolder(PSCmdlet cmdlet, string file, string path)
    {
        bool isFolder = Directory.Exists(file);
        if (isFolder && !WildcardPattern.ContainsWildcardCharacters(path))
        {
            cmdlet.WriteError(ErrorRecords.InvalidArgument(nameof(Strings.PathIsAFolder), path, path));
        }

        return !isFolder;
    }

    private static bool IsFileSystem(PSCmdlet cmdlet, ProviderInfo provider, string path)
    {
        if (provider.Name == "FileSystem")
        {
            return true;
        }

        cmdlet.WriteError(ErrorRecords.InvalidArgument(nameof(Strings.PathIsNotAFile), path, path, provider.Name));
        return false;
    }
}
