using ProcNet.Capture.Tests.Live;
using ProcNet.Interfaces;
using ProcNet.Linux;
using ProcNet.Linux.Native;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Errors;

/// <summary>
/// Every native call of a measurement fails once, at each of its first occasions: an error that says what to do, or a measurement;
/// nothing stays open.
/// </summary>
public sealed class ShortageTests
{
    private const int Occasions = 2;

    // What the runtime opens for good at its first measurement is not ours.
    private static readonly Lazy<bool> s_warm = new(() =>
    {
        Measure(isWithFeed: true);
        return true;
    });

    public static TheoryData<string, int> Faults()
    {
        var faults = new TheoryData<string, int>();
        foreach (
            string call in (string[])
                ["openat", "socket", "connect", "eventfd", "setsockopt", "send", "recv", "getdents64", "readlinkat", "read", "statx"]
        )
        {
            faults.Add(call, call is "getdents64" or "readlinkat" or "read" or "recv" ? Errno.ENOMEM : Errno.EMFILE);
        }

        faults.Add(NativeCall.Thread, Errno.EAGAIN);
        return faults;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_call_that_fails_for_want_of_something_is_an_error_with_a_remedy_or_a_measurement_and_leaves_nothing_open(
        string call,
        int error
    )
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing takes root.");
        Measure(isWithFeed: false);
        _ = s_warm.Value;
        int before = CountDescriptors();
        for (int occasion = 1; occasion <= Occasions; occasion++)
        {
            int left = occasion;
            NativeCall.Fault = name => name == call && Interlocked.Decrement(ref left) == 0 ? error : 0;
            try
            {
                Measure(isWithFeed: occasion == 1);
            }
            catch (ProcNetException e)
            {
                Assert.Equal(ProcNetError.OutOfResources, e.Error);
                Assert.NotEmpty(e.Remedy);
            }
            finally
            {
                NativeCall.Fault = null;
            }

            Assert.True(
                RunningCapture.Eventually(() => CountDescriptors() <= before),
                $"{call} {occasion}: {before} descriptors were open, now {CountDescriptors()}."
            );
        }
    }

    [Fact]
    public void Without_a_thread_to_be_had_no_packet_socket_stays_open()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing takes root.");
        using var net = new NetworkNamespacePair();
        int before = CountPacketSockets();
        var host = HostAccess.Local with { StartOwnerFeed = static _ => null };
        NativeCall.Fault = static name => name == NativeCall.Thread ? Errno.EAGAIN : 0;
        try
        {
            ProcNetException error = Assert.Throws<ProcNetException>(() =>
                TrafficMonitor.StartLive(
                    new LiveMeasurement { Interfaces = [InterfaceReader.ReadLinks().Single(link => link.Name == "lo")] },
                    static () => new PcapLibrary(),
                    host,
                    static _ => { }
                )
            );

            Assert.Equal(ProcNetError.OutOfResources, error.Error);
            Assert.Contains("TasksMax", error.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            NativeCall.Fault = null;
        }

        Assert.Equal(before, CountPacketSockets());
    }

    private static void Measure(bool isWithFeed)
    {
        HostAccess host = isWithFeed ? HostAccess.Local : HostAccess.Local with { StartOwnerFeed = static _ => null };
        using TrafficMonitor monitor = TrafficMonitor.StartLive(
            new LiveMeasurement { Interfaces = [InterfaceReader.ReadLinks().Single(link => link.Name == "lo")] },
            static () => new PcapLibrary(),
            host,
            static _ => { }
        );
        monitor.Report();
    }

    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>Those of this process: others capture too.</summary>
    private static int CountPacketSockets()
    {
        HashSet<string> all = [.. File.ReadAllLines("/proc/net/packet").Select(line => $"socket:[{line.Split(' ')[^1]}]")];
        int own = 0;
        foreach (string descriptor in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            // One of them was the listing's own. A link to no file is there nevertheless.
            var link = new FileInfo(descriptor);
            own += link.LinkTarget is { } target && all.Contains(target) ? 1 : 0;
        }

        return own;
    }
}
