using System.Text;
using ProcNet.Processes;

namespace ProcNet.Tests.Processes;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("sleep\060\0", "sleep 60")]
    [InlineData("/usr/bin/python3\0-m\0http server\0", "/usr/bin/python3 -m http server")]
    [InlineData("nginx: worker process\0\0\0\0", "nginx: worker process")]
    [InlineData("a\u001b[2J\0", "a?[2J")]
    [InlineData("\0\0", null)]
    [InlineData("", null)]
    public void A_command_line_is_joined_with_blanks(string text, string? expected) =>
        Assert.Equal(expected, CommandText.Join(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_command_line_is_kept_up_to_2048_characters()
    {
        string? text = CommandText.Join(
            new byte[3_000_000]
                .Select(_ => (byte)'x')
                .ToArray()
        );

        Assert.Equal(2048, text!.Length);
        Assert.EndsWith("x…", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("systemd-resolve", "/lib/systemd/systemd-resolved\0", "systemd-resolved")]
    [InlineData(
        "unattended-upgr",
        "/usr/bin/python3\0/usr/share/unattended-upgrades/unattended-upgrade-shutdown\0--wait\0",
        "unattended-upgrade-shutdown"
    )]
    [InlineData("NetworkManager-", "NetworkManager-\0", null)]
    [InlineData("NetworkManager", "/usr/sbin/NetworkManager\0", null)] // shorter than the kernel cuts
    [InlineData("0123456789abcde", "other\0third\00123456789abcdefg\0", null)]
    [InlineData("0123456789abcde", "", null)]
    public void A_name_that_the_kernel_cut_is_made_whole(string kernel, string arguments, string? whole) =>
        Assert.Equal(whole, CommandText.WholeName(Encoding.UTF8.GetBytes(kernel), Encoding.UTF8.GetBytes(arguments)));

    [Theory]
    [InlineData("systemd-resolve", "/lib/systemd/systemd-resolved", "systemd-resolved")]
    [InlineData("systemd-resolve", "/usr/bin/python3", "systemd-resolve")]
    [InlineData("python3", "/usr/bin/python3.11", "python3")]
    [InlineData("systemd-resolve", null, "systemd-resolve")]
    public void Of_one_that_has_gone_the_executable_tells_it(string kernel, string? executable, string whole) =>
        Assert.Equal(whole, CommandText.WholeName(kernel, executable));
}
