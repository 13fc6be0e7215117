using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Bench;

/// <summary>
/// A million conversations of one packet each, as a port scan or forged addresses make them: what is lost, and how much memory it
/// takes.
/// </summary>
internal static class Flood
{
    private const string Conversations = "1000000";
    private const string Rate = "100000";
    private const string KnownBytes = "1048576";
    private static readonly TimeSpan s_intoTheFlood = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_resolve = TimeSpan.FromSeconds(1);

    /// <summary>Runs it and prints a table.</summary>
    /// <param name="output">Takes the table.</param>
    /// <param name="programs">The folder of the compiled C programs.</param>
    public static void Run(TextWriter output, string programs)
    {
        output.WriteLine("### A million conversations, 100,000 new ones a second\n");
        output.WriteLine("| | packets | dropped | peak memory MB | CPU s | balanced | a download of 1 MB beside it |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (
            (string name, string[] watch) in ((string, string[])[])
                [
                    ("a measurement, the kernel feed beside it", Command.Again("watch")),
                    ("a measurement, PROCNET_BPF=off", ["env", "PROCNET_BPF=off", .. Command.Again("watch")]),
                    ("-Source Kernel", Command.Again("watch", "kernel")),
                ]
        )
        {
            string[] lines = Measure(programs, watch);
            string[] total = lines.Single(static line => line.StartsWith("total ", StringComparison.Ordinal)).Split(' ');
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {total[1]} | {total[2]} | {Number(total[5]):0} | {Number(total[4]) / 1000:0.0} | {(total[3] == "1" ? "closed" : "OPEN")} | {Download(lines)} |"
                )
            );
            output.Flush();
        }

        output.WriteLine(
            Command.Find("tcpdump") is { } tcpdump
                ? $"| tcpdump -w /dev/null -s 96 | {string.Join(" | ", Tcpdump(programs, tcpdump))} | | | | |\n"
                : "| tcpdump | not installed | | | | | |\n"
        );
    }

    private static string[] Measure(string programs, string[] command)
    {
        using var lab = new Lab();
        Process watch = lab.StartLoad(Lab.Near, command);
        using Process? server = Command.Find("iperf3") is { } iperf ? Command.Start(Lab.In(Lab.Far, iperf, "-s", "-1")) : null;
        Task known = Task.Run(async () =>
        {
            await Task.Delay(s_intoTheFlood);
            if (server is not null)
            {
                Command.Run(Lab.In(Lab.Near, server.StartInfo.ArgumentList[^3], "-c", Lab.FarAddress, "-n", KnownBytes, "-R"));
            }
        });
        Spray(programs);
        known.Wait();
        watch.StandardInput.WriteLine();
        return watch.StandardOutput.ReadToEnd().Split('\n');
    }

    /// <summary>Whose the known bytes are, and how many.</summary>
    private static string Download(string[] lines)
    {
        string[]? row = lines
            .Select(static line => line.Split(' '))
            .FirstOrDefault(static words =>
                words is ["flow", "tcp", ..]
                && long.Parse(words[5], CultureInfo.InvariantCulture) >= long.Parse(KnownBytes, CultureInfo.InvariantCulture)
            );
        return row is null ? "**not found**" : $"{row[5]} B, {row[6]}";
    }

    /// <summary>Packets, and those that the kernel dropped, in tcpdump's own words.</summary>
    private static string[] Tcpdump(string programs, string path)
    {
        using var lab = new Lab();
        using Process process = Process.Start(
            new ProcessStartInfo("ip", Lab.In(Lab.Near, path, "-i", Lab.NearInterface, "-w", "/dev/null", "-s", "96").Skip(1))
            {
                RedirectStandardError = true,
            }
        )!;
        Thread.Sleep(s_resolve);
        Spray(programs);
        Command.Run("pkill", "-INT", "-n", "tcpdump");
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return
        [
            .. ((string[])[" packets captured", " packets dropped by kernel"]).Select(words =>
                said.Split('\n').Single(line => line.EndsWith(words, StringComparison.Ordinal)).Split(' ')[0]
            ),
        ];
    }

    private static void Spray(string programs)
    {
        Command.Run(Lab.In(Lab.Near, $"{programs}/spray", Lab.NearAddress, Lab.FarAddress, Conversations, Rate));
        Thread.Sleep(s_resolve);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
