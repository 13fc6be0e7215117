using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Bench;

/// <summary>
/// Loads of every kind that a tool like this one meets, each of which writes down itself who sent and received how much
/// (<c>bench/programs/scenarios.py</c>): what each source says of it, and nethogs, on the same packets.
/// </summary>
internal static class Scenarios
{
    private const string Measured = "pnscen1";

    // What was sent last is with the tools by then; nethogs shows it once a second.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(1500);

    /// <summary>Runs all and prints a table.</summary>
    /// <param name="output">Takes the table.</param>
    /// <param name="programs">The folder of the compiled C programs; the scripts stand beside their sources.</param>
    public static void Run(TextWriter output, string programs)
    {
        string script = FindScript(programs);
        string? nethogs = Command.Find("nethogs");
        output.WriteLine("### Scenarios: processes named, and the share of their bytes that they were given\n");
        output.WriteLine("| | capture and feed (the default) | capture alone | kernel feed | nethogs |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (string scenario in Command.Run("python3", script, "--list").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.WriteLine($"| {scenario} | {string.Join(" | ", Measure(script, scenario, nethogs))} |");
            output.Flush();
        }

        output.WriteLine();
    }

    private static string FindScript(string programs)
    {
        string? folder = programs;
        while (folder is not null && !File.Exists(Path.Combine(folder, "bench/programs/scenarios.py")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(
            folder ?? throw new InvalidOperationException("bench/programs/scenarios.py is not above the programs."),
            "bench/programs/scenarios.py"
        );
    }

    private static string[] Measure(string script, string scenario, string? nethogs)
    {
        using Process load = Command.Start(["python3", script, scenario]);
        try
        {
            if (load.StandardOutput.ReadLine() != "ready")
            {
                return ["not here", "not here", "not here", "not here"];
            }

            Process[] watches =
            [
                Start(Command.Again("watch")),
                Start(["env", "PROCNET_BPF=off", .. Command.Again("watch")]),
                Start(Command.Again("watch", "kernel")),
            ];
            using Process? peer = nethogs is null ? null : Start(["stdbuf", "-oL", nethogs, "-t", "-a", "-C", "-v", "2", "-d", "1"]);
            Task<string> peerSaid = peer?.StandardOutput.ReadToEndAsync() ?? Task.FromResult("");
            Array.ForEach(watches, static watch => watch.StandardOutput.ReadLine());
            Thread.Sleep(s_settle);
            load.StandardInput.WriteLine();
            List<Truth> truths = ReadTruths(load);
            Thread.Sleep(s_settle);
            Array.ForEach(watches, static watch => watch.StandardInput.WriteLine());
            List<string> cells = [.. watches.Select(watch => Judge(truths, ReadFlows(watch.StandardOutput.ReadToEnd())))];
            Array.ForEach(watches, static watch => watch.Dispose());
            peer?.Kill(entireProcessTree: true);
            cells.Add(peer is null ? "not installed" : Judge(truths, ReadNethogs(peerSaid.Result)));
            return [.. cells];
        }
        finally
        {
            load.StandardInput.Close();
            load.WaitForExit();
        }
    }

    private static Process Start(string[] command) => Command.Start(Lab.In(Measured, command));

    private static List<Truth> ReadTruths(Process load)
    {
        List<Truth> truths = [];
        while (load.StandardOutput.ReadLine() is { } line && line != "end")
        {
            long[] numbers = [.. line.Split(' ').Skip(1).Select(static number => long.Parse(number, CultureInfo.InvariantCulture))];
            truths.Add(new Truth((int)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
        }

        return truths;
    }

    private static Dictionary<int, (long Sent, long Received)> ReadFlows(string said)
    {
        Dictionary<int, (long Sent, long Received)> sums = [];
        foreach (string[] line in said.Split('\n').Select(static line => line.Split(' ')).Where(static line => line[0] == "flow"))
        {
            int id = int.Parse(line[4], CultureInfo.InvariantCulture);
            (long sent, long received) = sums.GetValueOrDefault(id);
            sums[id] = (
                sent + long.Parse(line[7], CultureInfo.InvariantCulture),
                received + long.Parse(line[8], CultureInfo.InvariantCulture)
            );
        }

        return sums;
    }

    /// <summary>
    /// Reads lines of <c>program/process/user TAB sent TAB received</c>: sums since the start, so that the largest is the
    /// last.
    /// </summary>
    private static Dictionary<int, (long Sent, long Received)> ReadNethogs(string said)
    {
        Dictionary<int, (long Sent, long Received)> sums = [];
        foreach (string[] line in said.Split('\n').Select(static line => line.Split('\t')).Where(static line => line.Length == 3))
        {
            string[] name = line[0].Split('/');
            if (
                name.Length > 2
                && int.TryParse(name[^2], CultureInfo.InvariantCulture, out int id)
                && double.TryParse(line[1], CultureInfo.InvariantCulture, out double sent)
                && double.TryParse(line[2], CultureInfo.InvariantCulture, out double received)
            )
            {
                (long known, long knownReceived) = sums.GetValueOrDefault(id);
                sums[id] = (Math.Max(known, (long)sent), Math.Max(knownReceived, (long)received));
            }
        }

        return sums;
    }

    private static string Judge(List<Truth> truths, Dictionary<int, (long Sent, long Received)> said)
    {
        (int named, long wanted, long right, long tooMany) = (0, 0, 0, 0);
        foreach (Truth truth in truths)
        {
            (long sent, long received) = said.GetValueOrDefault(truth.ProcessId);
            named += truth.IsActive && sent + received > 0 ? 1 : 0;
            wanted += truth.SentLeast + truth.ReceivedLeast;
            right += Math.Min(sent, truth.SentLeast) + Math.Min(received, truth.ReceivedLeast);
            tooMany += Math.Max(0, sent - truth.SentMost) + Math.Max(0, received - truth.ReceivedMost);
        }

        string more = tooMany == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {tooMany:N0} bytes too many");
        int active = truths.Count(static truth => truth.IsActive);
        return string.Create(CultureInfo.InvariantCulture, $"{named}/{active}, {Math.Floor(right * 1000.0 / wanted) / 10:0.#} %{more}");
    }

    /// <summary>What a process sent and received in IP bytes, at least and at the most.</summary>
    private sealed record Truth(int ProcessId, long SentLeast, long SentMost, long ReceivedLeast, long ReceivedMost)
    {
        /// <summary>Whether it did anything: one that handed its socket on did not.</summary>
        public bool IsActive => SentLeast + ReceivedLeast > 0;
    }
}
