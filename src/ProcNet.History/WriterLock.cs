using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Linux.Native;

namespace ProcNet.History.Storage;

/// <summary>
/// Has one process at a time append to a history. A lock of flock(2) on a file beside it, which the kernel takes back however the process
/// ends. The file stays: to remove it would let two writers lock two files of one name. Opened by the system call: .NET's own files are
/// locked by flock(2) too.
/// </summary>
internal sealed unsafe class WriterLock : IDisposable
{
    private const int ReadAndWrite = 2; // O_RDWR
    private const int Make = 0x40; // O_CREAT

    private readonly SafeFileDescriptor _file;

    private WriterLock(SafeFileDescriptor file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The history.</param>
    /// <exception cref="ProcNetException">Another process has it, or the folder may not be written.</exception>
    public static WriterLock Take(string path)
    {
        SafeFileDescriptor file = LibC.OpenAt(LibC.CurrentDirectory, path + "-writer", ReadAndWrite | Make, mode: 384); // 0600
        if (file.IsInvalid)
        {
            var cause = new IOException(Marshal.GetLastPInvokeErrorMessage());
            throw HistoryErrors.AccessDenied(path, $"the file '{path}-writer': {cause.Message}", cause);
        }

        try
        {
            if (LibC.Flock(file, LibC.LockExclusive | LibC.LockNonBlocking) != 0)
            {
                throw HistoryErrors.InUse(path, Read(file));
            }

            Write(
                file,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"process {Environment.ProcessId}, since {DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}"
                )
            );
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

    private static string Read(SafeFileDescriptor file)
    {
        byte* text = stackalloc byte[100];
        nint length = LibC.Read((int)file.DangerousGetHandle(), text, 100);
        return length <= 0 ? "it has just begun" : Encoding.UTF8.GetString(text, (int)length);
    }

    // For people alone: where the disk is full it is missing, and the lock holds all the same.
    private static void Write(SafeFileDescriptor file, string text)
    {
        int descriptor = (int)file.DangerousGetHandle();
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text))
        {
            if (LibC.FTruncate(descriptor, 0) == 0)
            {
                _ = LibC.Write(descriptor, bytes, (nuint)text.Length);
            }
        }
    }
}
