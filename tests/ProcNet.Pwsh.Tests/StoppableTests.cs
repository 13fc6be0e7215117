using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>-Stoppable at a terminal: a key ends the measurement, and its rows come.</summary>
public sealed class StoppableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-key-").FullName;
    private readonly string _server = $"procnet-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("C-c", "Get-ProcessTraffic 5m -Interface lo")]
    [InlineData("Enter", "Get-ProcessTraffic -Continuous -SampleInterval 60 -Interface lo")]
    [InlineData("q", "Get-TrafficFlow 5m -Interface lo")]
    public void A_key_ends_it_with_its_rows(string key, string measurement)
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        string script = Path.Combine(_folder, "script.ps1");
        string answer = Path.Combine(_folder, "answer");
        string begun = Path.Combine(_folder, "begun");
        File.WriteAllText(
            script,
            $"Import-Module '{Repository.Module}'; Set-Content '{begun}' 1; $rows = {measurement} -Stoppable; "
                + $"Set-Content '{answer}.part' \"$(@($rows | Where-Object TotalBytes).Count -gt 0) $([Console]::TreatControlCAsInput)\"; Move-Item '{answer}.part' '{answer}'"
        );
        Tmux("new-session", "-d", "-x", "100", "-y", "30", $"{Repository.PowerShell} -NoProfile -File {script}");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(begun), TimeSpan.FromSeconds(60)), "The script did not begin.");

        // Until the measurement has something to show.
        Thread.Sleep(3000);
        Tmux("send-keys", key);

        Assert.True(SpinWait.SpinUntil(() => File.Exists(answer), TimeSpan.FromSeconds(20)), "The key did not end it.");
        Assert.Equal("True False", File.ReadAllText(answer).Trim());
    }

    public void Dispose()
    {
        Tmux("kill-server");
        Directory.Delete(_folder, recursive: true);
    }

    private void Tmux(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("tmux", ["-L", _server, .. arguments]) { RedirectStandardError = true }
        )!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }
}
