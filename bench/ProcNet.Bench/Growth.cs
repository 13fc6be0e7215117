using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Bench;

/// <summary>How cost grows with the number of conversations: counting, a snapshot, the join.</summary>
internal static class Growth
{
    private const long Namespace = 1;
    private static readonly int[] s_sizes = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Runs it and prints a table.</summary>
    public static void Run(TextWriter output)
    {
        output.WriteLine("### Growth with the number of conversations\n");
        output.WriteLine("| conversations | new entry ns | known entry ns | snapshot ns | join ns | bytes each |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- |");
        List<(double, double)> joins = [];
        _ = Measure(s_sizes[0]); // compiles
        foreach (int size in s_sizes)
        {
            Point point = Measure(size);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {size:N0} | {point.Add:0} | {point.Find:0} | {point.Snapshot:0.#} | {point.Join:0} | {point.Bytes:0} |"
                )
            );
            output.Flush();
            joins.Add((size, point.Join * size));
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\nThe join grows as n^{Statistics.Slope(joins):0.00}; each as many sockets as conversations, up to 90,000.\n"
            )
        );
    }

    private static Point Measure(int size)
    {
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        // The default capacity is less than a million: this shows the cost of the entries, not of the overflow.
        var table = new FlowTable(capacity: Math.Max(size, FlowTable.DefaultCapacity));
        double add = Time(size, () => Fill(table, size));
        double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - memory) / size;
        double find = Time(size, () => Fill(table, size));
        FlowCounters[] copy = [];
        double snapshot = Time(size, () => copy = table.Entries.ToArray());
        SocketRegister register = Register(Math.Min(size, 90_000));
        var view = new NetworkView(Namespace);
        view.AddAddress(Namespace, Local);
        var taken = new FlowSnapshot
        {
            Flows = copy,
            Interfaces =
            [
                new TrafficInterface
                {
                    Slot = 0,
                    Name = "eth0",
                    LinkLayer = LinkLayer.Ethernet,
                },
            ],
            Packets = size * 2,
            Bytes = size * 200,
            StartedAt = 0,
            TakenAt = 10_000_000,
            IsOffline = false,
        };
        double join = Time(size, () => Attributor.Attribute(taken, register, view));
        return new Point(add, find, snapshot, join, bytes);
    }

    private static AddressValue Local { get; } = AddressValue.From(System.Net.IPAddress.Parse("10.0.0.1"));

    private static AddressValue Remote(int index) =>
        AddressValue.From(new System.Net.IPAddress([10, 1, (byte)(index >> 24), (byte)(index >> 16)]));

    private static void Fill(FlowTable table, int size)
    {
        AddressValue remote = default;
        for (int i = 0; i < size; i++)
        {
            if ((i & 0xFFFF) == 0)
            {
                remote = Remote(i);
            }

            FlowKey key = FlowKey.Create(Local, (ushort)i, remote, 443, 6, FlowKind.Conversation, 0, out bool fromLow);
            ref FlowCounters entry = ref table.GetOrAdd(key, out bool added);
            if (added)
            {
                entry.FirstSeen = 1000;
                entry.Flags = fromLow ? FlowFlags.LowOpened : FlowFlags.HighOpened;
            }

            entry.LastSeen = 2000;
            entry.LowBytes += 100;
            entry.LowPackets++;
        }
    }

    private static SocketRegister Register(int sockets)
    {
        var register = new SocketRegister();
        var process = new ProcessIdentity
        {
            Key = new ProcessKey(1, 1),
            Name = "a",
            StartTime = DateTime.UnixEpoch,
        };
        for (int i = 0; i < sockets; i++)
        {
            var row = new SocketRow
            {
                Protocol = TransportProtocol.Tcp,
                Family = AddressFamily.InterNetwork,
                State = ConnectionState.Established,
                Local = Local,
                LocalPort = (ushort)i,
                Remote = Remote(i & ~0xFFFF),
                RemotePort = 443,
                Inode = (uint)i + 1,
                Cookie = (ulong)i + 1,
            };
            register.Record(new SocketObservation(Namespace, 1500, row));
            register.RecordHolder(row.Inode, process, 1500);
        }

        return register;
    }

    private static double Time(int size, Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / size;
    }

    private sealed record Point(double Add, double Find, double Snapshot, double Join, double Bytes);
}
