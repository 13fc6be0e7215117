using System.Globalization;
using ProcNet.Linux.Native;

namespace ProcNet.History.Storage;

/// <summary>
/// Has one process at a time append to a history. A lock of flock(2) on a file beside it, which the kernel takes back however the process ends.
/// The file stays: to remove it would let two writers lock two files of one name.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The history.</param>
    /// <exception cref="ProcNetException">Another process has it, or the folder may not be written.</exception>
    public static WriterLock Take(string path)
    {
        string lockPath = path + "-writer";
        FileStream file = HistoryFile.Open(lockPath, isGroupReadable: false);
        try
        {
            if (LibC.Flock(file.SafeFileHandle, LibC.LockExclusive | LibC.LockNonBlocking) != 0)
            {
                throw HistoryErrors.InUse(path, Describe(file));
            }

            file.SetLength(0);
            file.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, since {DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}")));
            file.Flush();
            return new WriterLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Describe(FileStream file)
    {
        Span<byte> text = stackalloc byte[100];
        int length = file.Read(text);
        return length == 0 ? "it has just begun" : System.Text.Encoding.UTF8.GetString(text[..length]);
    }
}
