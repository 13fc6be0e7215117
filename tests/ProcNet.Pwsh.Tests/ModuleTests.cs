namespace ProcNet.Pwsh.Tests;

/// <summary>The module in a whole PowerShell: imported, removed, described, completed, and beside other modules.</summary>
public sealed class ModuleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_has_its_cmdlets()
    {
        JsonElement names = Pwsh.RunJson(
            "ConvertTo-Json -Compress -InputObject @(Get-Command -Module ProcNet | Sort-Object Name | ForEach-Object Name)"
        );

        Assert.Equal(
            """["ConvertTo-TrafficRecord","Export-TrafficHistory","Export-TrafficReport","Get-NetConnectionInode","Get-ProcessTraffic","Get-ProcSocket","Get-TrafficAudit","Get-TrafficCapture","Get-TrafficFlow","Get-TrafficHistory","Measure-ProcessTraffic","Register-TrafficAudit","Remove-TrafficHistory","Show-ProcessTraffic","Start-TrafficCapture","Stop-TrafficCapture","Test-ProcNet","Test-TrafficHistory","Unregister-TrafficAudit"]""",
            names.GetRawText()
        );
    }

    [Fact]
    public void Importing_it_warns_of_nothing_and_loads_nothing_of_lib()
    {
        PwshResult result = Pwsh.Try(
            """
            $WarningPreference = 'Continue'
            Import-Module $module -Force
            [AppDomain]::CurrentDomain.GetAssemblies().Location -like "$module/lib/*"
            'imported'
            """
        );

        Assert.Equal("imported", result.Output.Trim());
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void It_can_be_imported_again_and_after_it_was_removed()
    {
        string shown = Pwsh.Run(
            """
            Import-Module $module
            Import-Module $module -Force
            Remove-Module ProcNet
            if (Get-Command Get-ProcSocket -ErrorAction Ignore -Module ProcNet) { throw 'The cmdlet is still there.' }
            Import-Module $module
            $null = Get-ProcSocket -Id $PID
            (Get-Module ProcNet).Count
            """
        );

        Assert.Equal("1", shown.Trim());
    }

    [Fact]
    public void Removing_it_ends_its_captures()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            $c = Start-TrafficCapture -Interface lo
            Remove-Module ProcNet
            "$($c.State)"
            Import-Module $module
            "$(@(Get-TrafficCapture).Count)"
            """
        );

        Assert.Equal("Stopped\n0", shown.Trim());
    }

    [Fact]
    public void A_capture_that_runs_does_not_keep_PowerShell_from_ending()
    {
        Live.NeedsRoot();
        PwshResult result = Pwsh.Try("$null = Start-TrafficCapture -Interface lo; exit 7");

        Assert.Equal(7, result.ExitCode);
        Assert.True(result.Elapsed < TimeSpan.FromSeconds(20), result.ToString());
    }

    [Fact]
    public void Its_help_is_found()
    {
        JsonElement synopses = Pwsh.RunJson(
            """
            $synopses = [ordered]@{}
            Get-Command -Module ProcNet | Sort-Object Name | ForEach-Object { $synopses[$_.Name] = (Get-Help $_.Name -Full).Synopsis.Trim() }
            $synopses['about'] = (Get-Help about_ProcNet).Split("`n")[0].Trim()
            $synopses | ConvertTo-Json -Compress
            """
        );

        // Where there is no help file, the synopsis is the syntax, which begins with the name.
        Assert.All(
            synopses.EnumerateObject().Where(entry => entry.Name != "about"),
            entry => Assert.Matches("^[A-Z][a-z]+s .+[.]$", entry.Value.GetString()!)
        );
        Assert.Equal("TOPIC", synopses.GetProperty("about").GetString());
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Du", "-Duration")]
    [InlineData("Get-ProcessTraffic -Interface l", "lo")]
    [InlineData("Start-TrafficCapture l", "lo")]
    [InlineData("Get-NetConnectionInode -State Li", "Listen")]
    [InlineData("Get-NetConnectionInode -Protocol Tc", "Tcp")]
    [InlineData("Get-ProcSocket -Name pws", "pwsh")]
    public void Tab_completes(string line, string expected)
    {
        string shown = Pwsh.Run(
            "(TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText",
            ("line", line)
        );

        Assert.Contains(expected, shown.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public void Another_modules_own_SharpPcap_does_not_clash(string when)
    {
        Live.NeedsRoot();
        string other = Path.Combine(_folder, "SharpPcap.dll");
        OtherSharpPcap.Save(other);

        string shown = Pwsh.RunFresh(
            """
            if ($when -eq 'before') { Add-Type -Path $other }
            $c = Start-TrafficCapture -Interface lo -Filter 'tcp'
            if ($when -eq 'after') { Add-Type -Path $other }
            "$($c.State)"
            $c | Stop-TrafficCapture
            [SharpPcap.Pcap]::Who()
            ([AppDomain]::CurrentDomain.GetAssemblies().GetName() | Where-Object Name -EQ 'SharpPcap' | Sort-Object Version).Version.Major -join ' '
            """,
            ("other", other),
            ("when", when)
        );

        Assert.Equal("Running\nanother module\n1 6", shown.Trim());
    }

    [Fact]
    public void Its_manifest_is_valid()
    {
        string shown = Pwsh.Run("(Test-ModuleManifest $module/ProcNet.psd1).ExportedCmdlets.Count -eq (Get-Command -Module ProcNet).Count");

        Assert.Equal("True", shown.Trim());
    }
}
