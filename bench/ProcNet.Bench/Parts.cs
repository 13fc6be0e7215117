using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Bench;

/// <summary>The parts of the comparison, each with its loads and its contestants.</summary>
internal static class Parts
{
    /// <summary>All, in the order of the table of docs/performance.md.</summary>
    /// <param name="module">The staged module.</param>
    /// <param name="programs">The folder of the compiled C programs.</param>
    public static IEnumerable<(string Name, Action<TextWriter> Run)> All(string module, string programs) =>
        [
            ("import", output => Import(output, module)),
            ("cold start", output => ColdStart(output, module)),
            ("tables", output => Tables(output, module, programs)),
            ("descriptors", output => Descriptors(output, module, programs)),
            ("savefile", Savefile),
            ("capture", output => Capture(output, programs)),
            ("storm CPU", output => Storms.RunCpu(output, programs)),
            ("storms", output => Storms.Run(output, programs, StormSource.Capture)),
            ("storms, capture alone", output => Storms.Run(output, programs, StormSource.CaptureAlone)),
            ("storms, kernel feed", output => Storms.Run(output, programs, StormSource.Kernel)),
            ("scenarios", output => Scenarios.Run(output, programs)),
            ("flood", output => Flood.Run(output, programs)),
            ("soak", output => Soak.Run(output, programs)),
            ("growth", Growth.Run),
            ("processes", output => Processes(output, programs)),
        ];

    private static void Import(TextWriter output, string module)
    {
        string folder = Directory.CreateTempSubdirectory("procnet-bench").FullName;
        try
        {
            string empty = EmptyModule.Make(folder, "Empty");
            string other = EmptyModule.Make(folder, "Other", hasView: true);
            string viewed = EmptyModule.Make(folder, "Viewed", hasView: true);
            new Contest(
                "Import-Module in a hosted engine that has imported a module before",
                "ms wall",
                9,
                [
                    new("an empty binary module", Role.Floor, () => Work("import", empty, other)),
                    new("one with a view", Role.Peer, () => Work("import", viewed, other)),
                    new("ProcNet", Role.ProcNet, () => Work("import", module, other)),
                ]
            ).Run(output);
            if (Environment.GetEnvironmentVariable("PROCNET_PWSH") is not { Length: > 0 } pwsh && (pwsh = Command.Find("pwsh")) is null)
            {
                output.WriteLine("There is no pwsh on the PATH or named by PROCNET_PWSH: Import-Module in a fresh one is not measured.\n");
                return;
            }

            new Contest(
                "Import-Module in a fresh pwsh",
                "ms wall",
                9,
                [
                    new("an empty binary module", Role.Floor, () => ImportFresh(pwsh, empty)),
                    new("one with a view", Role.Peer, () => ImportFresh(pwsh, viewed)),
                    new("ProcNet", Role.ProcNet, () => ImportFresh(pwsh, module)),
                ]
            ).Run(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double ImportFresh(string pwsh, string module) =>
        Number(
            Command.Run(
                pwsh,
                "-NoProfile",
                "-NonInteractive",
                "-Command",
                $"$watch = [Diagnostics.Stopwatch]::StartNew(); Import-Module '{module}'; $watch.Elapsed.TotalMilliseconds"
            )
        );

    private static void ColdStart(TextWriter output, string module)
    {
        using var lab = new Lab();

        // The call returns when packets are counted.
        Func<double> Start(params string[] environment) =>
            () =>
                Number(
                    Command.Run(
                        Lab.In(
                            Lab.Near,
                            [
                                "env",
                                .. environment,
                                .. Command.Again("cold", module, $"$null = Start-TrafficCapture -Interface {Lab.NearInterface}"),
                            ]
                        )
                    )
                );
        new Contest(
            "From a cold Start-TrafficCapture to the first packet that is counted",
            "ms wall",
            5,
            [new("PROCNET_BPF=off", Role.ProcNet, Start("PROCNET_BPF=off")), new("the kernel feed beside it", Role.ProcNet, Start())]
        ).Run(output);
    }

    private static void Processes(TextWriter output, string programs)
    {
        output.WriteLine("### Growth with the number of processes\n");
        output.WriteLine("| processes, three sockets each | the walk, CPU ms | the BPF iterator, CPU ms |");
        output.WriteLine("| --- | --- | --- |");
        List<(double, double)> walks = [];
        foreach (int count in (int[])[100, 1_000, 10_000])
        {
            using var lab = new Lab();
            lab.StartLoad(Lab.Near, $"{programs}/hold", count.ToString(CultureInfo.InvariantCulture), "1");
            double walk = Statistics.Median([.. Enumerable.Range(0, 3).Select(_ => Work(Lab.Near, "descriptors"))]);
            double iterator = Statistics.Median([.. Enumerable.Range(0, 3).Select(_ => Work(Lab.Near, "iterator"))]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count:N0} | {walk:0.#} | {iterator:0.#} |"));
            output.Flush();
            walks.Add((count, walk));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nThe walk grows as n^{Statistics.Slope(walks):0.00}.\n"));
    }

    private static void Tables(TextWriter output, string module, string programs)
    {
        using var lab = new Lab();
        lab.StartLoad(Lab.Near, $"{programs}/hold", "4", "6250");
        new Contest(
            "The TCP table of 50,000 sockets",
            "CPU ms",
            7,
            [
                new("cat /proc/net/tcp", Role.Floor, InLab("cat", "/proc/net/tcp")),
                new("core (sock_diag)", Role.ProcNet, () => Work(Lab.Near, "tables")),
                new(
                    "Get-NetConnectionInode",
                    Role.ProcNet,
                    () => Work(Lab.Near, "script", module, "$null = Get-NetConnectionInode -Protocol Tcp")
                ),
                new("ss -tan", Role.Peer, InLab("ss", "-tan")),
                new("netstat -tan", Role.Peer, InLab("netstat", "-tan")),
            ]
        ).Run(output);
        new Contest(
            "First row of 50,000 sockets",
            "ms wall",
            5,
            [
                new("Get-NetConnectionInode", Role.ProcNet, () => Work(Lab.Near, "first-row", module, "Get-NetConnectionInode")),
                new("Get-ProcSocket", Role.ProcNet, () => Work(Lab.Near, "first-row", module, "Get-ProcSocket")),
            ]
        ).Run(output);
    }

    private static void Descriptors(TextWriter output, string module, string programs)
    {
        using var lab = new Lab();
        lab.StartLoad(Lab.Near, $"{programs}/hold", "300", "150");
        new Contest(
            "Who holds 90,000 sockets, in 300 processes",
            "CPU ms",
            5,
            [
                new("openat, getdents64, readlinkat in C", Role.Floor, InLab($"{programs}/fdwalk")),
                new("core", Role.ProcNet, () => Work(Lab.Near, "descriptors")),
                new("core, by the BPF iterator, loading included", Role.ProcNet, () => Work(Lab.Near, "iterator")),
                new("Get-ProcSocket", Role.ProcNet, () => Work(Lab.Near, "script", module, "$null = Get-ProcSocket -WarningAction Ignore")),
                new("ss -tanp", Role.Peer, InLab("ss", "-tanp")),
                new("lsof -nP -i", Role.Peer, InLab("lsof", "-nP", "-i")),
            ]
        ).Run(output);
    }

    private static void Savefile(TextWriter output)
    {
        const int Packets = 2_000_000;
        string path = Path.Combine(Path.GetTempPath(), $"procnet-bench-{Environment.ProcessId}.pcap");
        string[]? tcpdump = Command.Find("tcpdump") is { } found ? [found, "-r", path, "-w", "/dev/null"] : null;
        try
        {
            foreach (int flows in (ReadOnlySpan<int>)[10_000, 100_000])
            {
                PacketFile.Write(path, Packets, flows);
                new Contest(
                    $"A savefile, 2 million packets, {flows} flows",
                    "CPU ms",
                    5,
                    [
                        new("core", Role.ProcNet, () => Work("savefile", path)),
                        new("tcpdump -r F -w /dev/null", Role.Peer, tcpdump is null ? null : () => Cpu.OfCommand(tcpdump)),
                    ]
                ).Run(output);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Capture(TextWriter output, string programs)
    {
        const string Seconds = "6";

        // Each is answered: 100,000 packets a second pass the interface.
        const string Requests = "50000";
        using var lab = new Lab();
        lab.StartLoad(Lab.Far, $"{programs}/storm", "serve", "udp", Lab.FarAddress, "9000", "64", "0");

        double Flooded(Func<double> capturer)
        {
            Process flood = lab.Start(Lab.Near, $"{programs}/flood", Lab.FarAddress, "9000", "16", "64", Requests, "30");
            Thread.Sleep(500);
            double figure = capturer();
            flood.Kill();
            flood.WaitForExit();
            return figure;
        }

        double Tcpdump(string path)
        {
            double before = Cpu.OfEndedChildren();
            using Process process = Process.Start(
                new ProcessStartInfo(
                    "ip",
                    Lab.In(Lab.Near, "timeout", "-s", "INT", Seconds, path, "-i", Lab.NearInterface, "-w", "/dev/null", "-s", "96").Skip(1)
                )
                {
                    RedirectStandardError = true,
                }
            )!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            double packets = double.Parse(
                said.Split('\n').Single(line => line.EndsWith(" packets captured", StringComparison.Ordinal)).Split(' ')[0],
                CultureInfo.InvariantCulture
            );
            return (Cpu.OfEndedChildren() - before) / (packets / 1e6);
        }

        double Iftop(string path)
        {
            double before = Cpu.OfEndedChildren();
            long packets = PacketsPassed();
            Process process = lab.Start(Lab.Near, "timeout", "-s", "INT", Seconds, path, "-t", "-n", "-N", "-P", "-i", Lab.NearInterface);
            _ = process.StandardOutput.ReadToEndAsync();
            process.WaitForExit();
            return (Cpu.OfEndedChildren() - before) / ((PacketsPassed() - packets) / 1e6);
        }

        long PacketsPassed() =>
            ((string[])["rx", "tx"]).Sum(way =>
                long.Parse(
                    Command.Run(Lab.In(Lab.Near, "cat", $"/sys/class/net/{Lab.NearInterface}/statistics/{way}_packets")),
                    CultureInfo.InvariantCulture
                )
            );

        new Contest(
            "Capture at 100,000 packets a second",
            "CPU ms for a million packets",
            3,
            [
                new(
                    "a measurement, PROCNET_BPF=off",
                    Role.ProcNet,
                    () =>
                        Flooded(() =>
                            Number(
                                Command.Run(
                                    Lab.In(Lab.Near, ["env", "PROCNET_BPF=off", .. Command.Again("capture", Lab.NearInterface, Seconds)])
                                )
                            )
                        )
                ),
                new(
                    "a measurement, the kernel feed beside it",
                    Role.ProcNet,
                    () => Flooded(() => Work(Lab.Near, "capture", Lab.NearInterface, Seconds))
                ),
                new(
                    "tcpdump -w /dev/null -s 96",
                    Role.Peer,
                    Command.Find("tcpdump") is { } found ? () => Flooded(() => Tcpdump(found)) : null
                ),
                new("iftop -t", Role.Peer, Command.Find("iftop") is { } iftop ? () => Flooded(() => Iftop(iftop)) : null),
            ]
        ).Run(output);
    }

    private static Func<double>? InLab(params string[] command) =>
        Command.Find(command[0]) is null && !File.Exists(command[0]) ? null : () => Cpu.OfCommand(Lab.In(Lab.Near, command));

    private static double Work(string first, params string[] rest)
    {
        string[] command = first == Lab.Near ? Lab.In(Lab.Near, Command.Again(rest)) : Command.Again([first, .. rest]);
        return Number(Command.Run(command));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
