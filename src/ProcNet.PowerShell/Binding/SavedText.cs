using ProcNet.Linux;

namespace ProcNet.PowerShell.Binding;

/// <summary>Opens text files that somebody saved; a pipe is read so that Ctrl+C ends it.</summary>
internal static class SavedText
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ProcNetException">It does not exist or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public static string Read(string path, CancellationToken cancellation)
    {
        try
        {
            using StreamReader reader = new(InputFile.Open(path, cancellation));
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProcNetException(ProcNetError.FileNotFound, $"The file '{path}' does not exist.", "Check the path.", path, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ProcNetException(
                ProcNetError.FileAccessDenied,
                $"The file '{path}' cannot be read: {e.Message}",
                "Give a file that this user may read.",
                path,
                e
            );
        }
    }

    /// <summary>Whether a file is a pipe, which is there once only.</summary>
    public static bool IsPipe(string path) => FileKind.Of(path) is { IsPipe: true };

    /// <summary>The first characters of a file, to tell of which kind it is; empty where it is a pipe, or cannot be read.</summary>
    public static string Peek(string path)
    {
        if (FileKind.Of(path) is not { IsPipe: false, IsDirectory: false })
        {
            return string.Empty;
        }

        try
        {
            using StreamReader reader = new(path);
            char[] first = new char[256];
            return new string(first, 0, reader.ReadBlock(first));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // Whoever reads all of it says so.
            return string.Empty;
        }
    }

    /// <summary>The lines of a text, without what ends them.</summary>
    public static string[] Lines(string text) => text.Split('\n');
}
