namespace ProcNet.Pwsh.Tests;

/// <summary>Rows as lists: a dozen properties, not all of them.</summary>
public sealed class ListTests
{
    private static readonly string[] s_socket =
    [
        "ProcessId",
        "ProcessName",
        "CommandLine",
        "UserName",
        "FileDescriptor",
        "Inode",
        "Unit",
        "Container",
        "NetworkNamespace",
    ];

    [Fact]
    public void Format_List_shows_the_main_properties() =>
        Assert.Equal(s_socket, Labels(Pwsh.Run("Get-ProcSocket -Id $PID | Select-Object -First 1 | Format-List | Out-String -Width 300")));

    [Fact]
    public void The_second_type_of_a_scripts_output_is_a_short_list() =>
        Assert.Equal(
            ["ProcessId", "ProcessName", "CommandLine", "UserName", "FileDescriptor", "Inode", "Container"],
            Labels(Pwsh.Run("& { Get-Item /; Get-ProcSocket -Id $PID | Select-Object -First 1 } | Out-String -Width 300"))
        );

    private static string[] Labels(string text) =>
        [.. text.Split('\n').Where(line => line.Contains(" : ", StringComparison.Ordinal)).Select(line => line.Split(" : ")[0].Trim())];
}
