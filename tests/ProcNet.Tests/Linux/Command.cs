using System.Diagnostics;

namespace ProcNet.Tests.Linux;

/// <summary>Runs the machine's own commands.</summary>
internal static class Command
{
    /// <summary>Starts a command.</summary>
    public static Process Start(string name, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Runs a command to its end and gives what it wrote, trimmed.</summary>
    public static string Run(string name, params string[] arguments)
    {
        using Process process = Start(name, arguments);
        string output = process.StandardOutput.ReadToEnd().Trim();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name} {string.Join(' ', arguments)}: {error}");
        return output;
    }
}
