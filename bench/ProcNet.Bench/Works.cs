using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ProcNet.Capture;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.Processes;
using ProcNet.Processes.Iterator;
using ProcNet.Sockets;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Bench;

/// <summary>
/// The works of this project, each in a process of its own (so that it can be in another namespace), warmed up, and its CPU measured
/// from inside: the start of the runtime is no part of what the core costs. Prints the figure.
/// </summary>
internal static class Works
{
    private const int WarmUps = 3;
    private const int StatisticsAsked = 100;
    private static readonly TimeSpan s_compiling = TimeSpan.FromSeconds(20);

    /// <summary>Does a work.</summary>
    public static void Do(string name, string[] arguments)
    {
        if (name == "watch")
        {
            Watch.Run(arguments is ["kernel"]);
            return;
        }

        if (name == "soak")
        {
            Soak.Measure(int.Parse(arguments[0], CultureInfo.InvariantCulture));
            return;
        }

        double figure = name switch
        {
            "tables" => Warm(ReadTables),
            "descriptors" => Warm(ReadDescriptors),
            "iterator" => Warm(static () => AllSockets.TryRead()),
            "savefile" => Warm(() => ReadSavefile(arguments[0])),
            "capture" => Capture(arguments[0], double.Parse(arguments[1], CultureInfo.InvariantCulture)),
            "script" => Engine.CpuOf(arguments[0], arguments[1], WarmUps),
            "import" => Engine.WallOfImport(arguments[0], arguments[1]),
            "cold" => Engine.WallOfColdCall(arguments[0], arguments[1]),
            "first-row" => Engine.WallOfFirstRow(arguments[0], arguments[1]),
            _ => throw new ArgumentException($"There is no work '{name}'.", nameof(name)),
        };
        Console.WriteLine(figure.ToString("R", CultureInfo.InvariantCulture));
    }

    private static double Warm(Action work)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            work();
        }

        return Cpu.Of(work);
    }

    private static void ReadTables()
    {
        int rows = 0;
        using var tables = new SocketTableReader(Tell);
        tables.Read([TransportProtocol.Tcp], (in SocketRow _) => ++rows > 0);
    }

    private static void ReadDescriptors()
    {
        using var walker = new DescriptorWalker();
        using var processes = new ProcessReader();
        var ids = new List<int>();
        var sockets = new List<SocketDescriptor>();
        processes.ListProcesses(ids);
        foreach (int id in ids)
        {
            sockets.Clear();
            walker.Walk(id, sockets);
        }
    }

    private static void ReadSavefile(string path)
    {
        using var source = new Sources.Savefiles.SavefileSource(path, null, static () => new PcapLibrary());
        source.Start(null, Tell);
        source.Completion.Wait();
    }

    /// <summary>CPU milliseconds for a million packets; every thread of the measurement counts.</summary>
    private static double Capture(string name, double seconds)
    {
        var measurement = new LiveMeasurement { Interfaces = [Interfaces.InterfaceReader.ReadLinks().Single(link => link.Name == name)] };
        using TrafficMonitor monitor = TrafficMonitor.StartLive(measurement, static () => new PcapLibrary(), HostAccess.Local, Tell);

        // The runtime compiles what runs often a second and a third time, on a thread of its own that is not counted here: half a second
        // once, spread over the first minute, whatever the number of packets. The reads of the statistics bring the most of it on.
        for (int i = 0; i < StatisticsAsked; i++)
        {
            _ = monitor.GetStatistics();
            Thread.Sleep(s_compiling / StatisticsAsked);
        }

        long before = monitor.GetStatistics().Packets;
        double total = 0;
        double compiling = Cpu.OfThread("Tiered", () => total = Cpu.Of(() => Thread.Sleep(TimeSpan.FromSeconds(seconds))));
        TrafficStatistics statistics = monitor.GetStatistics();
        if (statistics.DroppedPackets > 0 || !statistics.IsBalanced)
        {
            Tell(
                new Notice(
                    NoticeKind.PacketsDropped,
                    $"{statistics.DroppedPackets} of {statistics.Packets} packets dropped; totals balance: {statistics.IsBalanced}"
                )
            );
        }

        return (total - compiling) / ((statistics.Packets - before) / 1e6);
    }

    private static void Tell(Notice notice) => Console.Error.WriteLine(notice);
}
