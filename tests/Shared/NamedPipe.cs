using System.Diagnostics;

namespace ProcNet.Testing;

/// <summary>A named pipe (fifo(7)) of a test's own.</summary>
internal sealed class NamedPipe : IDisposable
{
    public NamedPipe(string extension = "pcapng")
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.{extension}");
        using Process make = Process.Start("mkfifo", [Path]);
        make.WaitForExit();
    }

    public string Path { get; }

    /// <summary>Opens the end that is read; somebody must be about to write, or both ways are opened so that nobody waits.</summary>
    public FileStream OpenToRead() => new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    public void Dispose() => File.Delete(Path);
}
