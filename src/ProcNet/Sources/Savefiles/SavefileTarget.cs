namespace ProcNet.Sources.Savefiles;

/// <summary>A file that packets are to be written to, open and not touched yet.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="File">The file, without a buffer: nothing is in it that was not meant to be.</param>
/// <param name="IsNew">Whether it was made for this.</param>
internal sealed record SavefileTarget(string Path, FileStream File, bool IsNew)
{
    /// <summary>Opens a file, or makes it. What it holds stays until it is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may be one that is there.</param>
    /// <exception cref="ProcNetException">It is there and may not be replaced, or it cannot be written.</exception>
    public static SavefileTarget Open(string path, bool overwrite)
    {
        try
        {
            return new SavefileTarget(path, Open(path, FileMode.CreateNew), IsNew: true);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new ProcNetException(
                ProcNetError.FileNotFound, $"There is no folder for the file '{path}'.", "Make the folder, or give a path in one that exists.", path, e);
        }
        catch (Exception) when (Directory.Exists(path))
        {
            throw new ProcNetException(
                ProcNetError.FileAccessDenied, $"'{path}' is a folder.", "Give the path of a file in it.", path);
        }
        catch (IOException e) when (System.IO.File.Exists(path))
        {
            return overwrite
                ? new SavefileTarget(path, OpenExisting(path), IsNew: false)
                : throw new ProcNetException(
                    ProcNetError.FileExists, $"The file '{path}' exists.", "Give another path, or -Force to replace it.", path, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw CannotWrite(path, e);
        }
    }

    private static FileStream OpenExisting(string path)
    {
        try
        {
            return Open(path, FileMode.Open);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw CannotWrite(path, e);
        }
    }

    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Says that a file cannot be written.</summary>
    public static ProcNetException CannotWrite(string path, Exception cause) => new(
        ProcNetError.FileAccessDenied, $"The file '{path}' cannot be written: {cause.Message}",
        "Give a path in a folder with room, that this user may write to.", path, cause);
}
