using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Bench;

/// <summary>
/// Short conversations, whose owners the load itself wrote down: which share of their bytes the measurement gives to the right process,
/// and which to a wrong one.
/// </summary>
internal static class Storms
{
    private const int Rounds = 2;
    private const string Request = "2000";
    private const string Response = "8000";
    private static readonly TimeSpan s_resolve = TimeSpan.FromMilliseconds(500);

    private sealed record Case(
        string Name,
        string Protocol,
        int Count,
        int Workers,
        string Mode,
        bool HasBackground = false,
        bool HasFlood = false
    );

    private static readonly Case[] s_cases =
    [
        new("2,000 TCP connections of 1 to 5 ms, one client", "tcp", 2000, 1, "share"),
        new("the same, a process for each", "tcp", 2000, 1, "fork"),
        new("10 workers", "tcp", 6000, 10, "share"),
        new("10 workers, a process for each", "tcp", 6000, 10, "fork"),
        new("the first, beside 90,000 sockets in 300 processes and 100,000 packets/s", "tcp", 2000, 1, "share", true, true),
        new("500 UDP exchanges, a socket each", "udp", 500, 1, "share"),
    ];

    /// <summary>Runs all and prints a table.</summary>
    /// <param name="output">Takes the table.</param>
    /// <param name="programs">The folder of the compiled C programs.</param>
    /// <param name="source">What counts.</param>
    public static void Run(TextWriter output, string programs, StormSource source)
    {
        output.WriteLine(
            source switch
            {
                StormSource.Kernel => "### Storms, counted by the kernel feed\n",
                StormSource.CaptureAlone => "### Storms, captured with PROCNET_BPF=off\n",
                _ => "### Storms, captured with the kernel feed beside\n",
            }
        );
        output.WriteLine("| | right % | wrong % | not seen | dropped | CPU s | balanced |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (Case storm in s_cases)
        {
            List<Result> rounds = [];
            for (int round = 0; round < Rounds; round++)
            {
                rounds.Add(Measure(storm, programs, source));
            }

            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {storm.Name} | {Range(rounds, result => result.Right)} | {Range(rounds, result => result.Wrong)} | {Range(rounds, result => result.NotSeen)} | {Range(rounds, result => result.Dropped)} | {Range(rounds, result => result.Cpu)} | {(rounds.TrueForAll(result => result.IsBalanced) ? "closed" : "OPEN")} |"
                )
            );
            output.Flush();
        }

        output.WriteLine();
    }

    /// <summary>CPU seconds beside the first storm, in alternating rounds with nethogs.</summary>
    /// <param name="output">Takes the table.</param>
    /// <param name="programs">The folder of the compiled C programs.</param>
    public static void RunCpu(TextWriter output, string programs) =>
        new Contest(
            "The first storm",
            "CPU s",
            3,
            [
                new("a capture, the kernel feed beside it", Role.ProcNet, () => Measure(s_cases[0], programs, StormSource.Capture).Cpu),
                new("a capture, PROCNET_BPF=off", Role.ProcNet, () => Measure(s_cases[0], programs, StormSource.CaptureAlone).Cpu),
                new("-Source Kernel", Role.ProcNet, () => Measure(s_cases[0], programs, StormSource.Kernel).Cpu),
                new("nethogs -t -C -d 1", Role.Peer, Command.Find("nethogs") is { } found ? () => Nethogs(found, programs) : null),
            ]
        ).Run(output);

    private static string Range(List<Result> rounds, Func<Result, double> figure) =>
        string.Create(CultureInfo.InvariantCulture, $"{rounds.Min(figure):0.##}–{rounds.Max(figure):0.##}");

    private static Result Measure(Case storm, string programs, StormSource source)
    {
        string truth = Path.GetTempFileName();
        try
        {
            using var lab = new Lab();
            if (storm.HasBackground)
            {
                lab.StartLoad(Lab.Far, $"{programs}/hold", "300", "150");
            }

            lab.StartLoad(Lab.Far, $"{programs}/storm", "serve", storm.Protocol, Lab.FarAddress, "9100", Request, Response);
            Process watch = lab.StartLoad(
                Lab.Near,
                source switch
                {
                    StormSource.Kernel => Command.Again("watch", "kernel"),
                    StormSource.CaptureAlone => ["env", "PROCNET_BPF=off", .. Command.Again("watch")],
                    _ => Command.Again("watch"),
                }
            );
            if (storm.HasFlood)
            {
                lab.StartLoad(Lab.Far, $"{programs}/storm", "serve", "udp", Lab.FarAddress, "9000", "64", "0");
                lab.Start(Lab.Near, $"{programs}/flood", Lab.FarAddress, "9000", "16", "64", "100000", "30");
                Thread.Sleep(s_resolve);
            }

            Blow(storm, programs, truth);
            Thread.Sleep(s_resolve);
            watch.StandardInput.WriteLine();
            return Judge(storm.Protocol, truth, watch.StandardOutput.ReadToEnd());
        }
        finally
        {
            File.Delete(truth);
        }
    }

    private static void Blow(Case storm, string programs, string truth) =>
        Command.Run(
            Lab.In(
                Lab.Near,
                $"{programs}/storm",
                "call",
                storm.Protocol,
                Lab.FarAddress,
                "9100",
                Request,
                Response,
                storm.Count.ToString(CultureInfo.InvariantCulture),
                storm.Workers.ToString(CultureInfo.InvariantCulture),
                storm.Mode,
                truth
            )
        );

    private static Result Judge(string protocol, string truth, string said)
    {
        // A port may serve several conversations of different processes: each of their pids is right for it, and none other.
        var owners = new Dictionary<string, HashSet<string>>();
        foreach (string[] line in File.ReadLines(truth).Select(line => line.Split(' ')))
        {
            owners.TryAdd(line[0], []);
            owners[line[0]].Add(line[1]);
        }

        double right = 0,
            wrong = 0,
            all = 0;
        var seen = new HashSet<string>();
        string[] total = [];
        foreach (string[] line in said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')))
        {
            if (line[0] == "total")
            {
                total = line;
            }
            else if (line[1] == protocol && line[2] == Lab.NearAddress && owners.TryGetValue(line[3], out HashSet<string>? pids))
            {
                double bytes = double.Parse(line[5], CultureInfo.InvariantCulture);
                seen.Add(line[3]);
                all += bytes;
                right += pids.Contains(line[4]) ? bytes : 0;
                wrong += line[4] != "0" && !pids.Contains(line[4]) ? bytes : 0;
            }
        }

        return new Result(
            right / all * 100,
            wrong / all * 100,
            owners.Count - seen.Count,
            double.Parse(total[2], CultureInfo.InvariantCulture),
            double.Parse(total[4], CultureInfo.InvariantCulture) / 1000,
            total[3] == "1"
        );
    }

    /// <summary>CPU seconds that nethogs spends on the first storm, in the same surroundings.</summary>
    private static double Nethogs(string nethogs, string programs)
    {
        string truth = Path.GetTempFileName();
        try
        {
            using var lab = new Lab();
            lab.StartLoad(Lab.Far, $"{programs}/storm", "serve", "tcp", Lab.FarAddress, "9100", Request, Response);
            double idle = Cpu.OfEndedChildren();
            using Process watch = Command.Start(
                Lab.In(Lab.Near, "timeout", "-s", "INT", "-k", "2", "20", nethogs, "-t", "-C", "-d", "1", Lab.NearInterface)
            );
            _ = watch.StandardOutput.ReadToEndAsync();
            Thread.Sleep(s_resolve);
            double stormCpu = Cpu.OfEndedChildren();
            Blow(s_cases[0], programs, truth);
            stormCpu = Cpu.OfEndedChildren() - stormCpu;
            Thread.Sleep(s_resolve);
            Command.Run("pkill", "-INT", "nethogs");
            watch.WaitForExit();
            return (Cpu.OfEndedChildren() - idle - stormCpu) / 1000;
        }
        finally
        {
            File.Delete(truth);
        }
    }

    private sealed record Result(double Right, double Wrong, double NotSeen, double Dropped, double Cpu, bool IsBalanced);
}
