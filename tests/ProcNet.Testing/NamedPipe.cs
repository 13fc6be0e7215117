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

    /// <summary>Opens it for reading and writing, so that nobody waits for the other end.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    public void Dispose() => File.Delete(Path);
}
