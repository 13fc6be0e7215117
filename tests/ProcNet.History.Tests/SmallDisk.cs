using System.Diagnostics;

namespace ProcNet.History.Tests;

/// <summary>A file system of a few pages, in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount(string folder, string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        string path = Directory.CreateDirectory(System.IO.Path.Combine(folder, "disk")).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "procnet-test", path);
        return new SmallDisk(path);
    }

    public void Resize(string size) => Run("mount", "-o", $"remount,size={size}", Path);

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void Dispose() => Run("umount", "-l", Path);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
