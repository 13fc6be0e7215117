using System.Globalization;

namespace ProcNet.History.Storage;

/// <summary>The file of a history, before the database library has it.</summary>
internal static class HistoryFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the library keeps beside the file.</summary>
    private static readonly string[] s_companions = ["-wal", "-shm", "-journal"];

    /// <summary>
    /// Makes the file where there is none, for its user alone, or for the group to read, and the folder that it stands
    /// in.
    /// </summary>
    /// <exception cref="ProcNetException">It may not be made or written.</exception>
    public static void Make(string path, bool isGroupReadable)
    {
        try
        {
            string folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            }

            // One that is there is left alone: to close it here would take the library's locks off it (fcntl(2), "Advisory record
            // locking").
            if (!File.Exists(path))
            {
                var options = new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = isGroupReadable ? OwnerOnly | UnixFileMode.GroupRead : OwnerOnly,
                    BufferSize = 0,
                };
                new FileStream(path, options).Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HistoryErrors.AccessDenied(path, e.Message, e);
        }
    }

    /// <summary>
    /// Gives a file, and what the library keeps beside it, another name that tells why and when. Nothing in it is
    /// changed.
    /// </summary>
    /// <returns>The new path.</returns>
    public static string SetAside(string path)
    {
        string stamp = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string aside = $"{path}.damaged-{stamp}";
        for (int i = 2; File.Exists(aside); i++)
        {
            aside = $"{path}.damaged-{stamp}-{i}";
        }

        foreach (string companion in s_companions)
        {
            if (File.Exists(path + companion))
            {
                File.Move(path + companion, aside + companion);
            }
        }

        File.Move(path, aside);
        return aside;
    }
}
