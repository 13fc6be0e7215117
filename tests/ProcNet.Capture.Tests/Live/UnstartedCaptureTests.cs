using ProcNet.Sources;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>A capture that is stopped or disposed of before it began, or while it begins.</summary>
public sealed class UnstartedCaptureTests
{
    private static readonly ICaptureLibrary s_library = new PcapLibrary();

    [Fact]
    public void One_that_never_began_is_disposed_of_once_and_for_all()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing takes root.");
        using var net = new NetworkNamespacePair();
        int before = CountDescriptors();
        ITrafficSource source = s_library.OpenLive(new() { Interfaces = net.LinksOfA("va", "lo"), NetworkNamespacePath = net.PathA });

        source.Dispose();
        source.Dispose();

        Assert.Equal(before, CountDescriptors());
        Assert.True(source.Completion.IsCompleted);
        Assert.Equal(0, source.Snapshot().Packets);
        Assert.Throws<ObjectDisposedException>(() => source.Start(null, static _ => { }));
    }

    [Fact]
    public void A_stop_before_the_start_wins()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing takes root.");
        using var net = new NetworkNamespacePair();
        using ITrafficSource source = s_library.OpenLive(new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA });

        source.Stop();

        Assert.True(source.Completion.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => source.Start(null, static _ => { }));
    }

    [Fact]
    public void A_stop_at_any_moment_of_the_start_ends_it_and_leaves_nothing_open()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing takes root.");
        using var net = new NetworkNamespacePair();
        int before = 0;
        for (int round = 0; round < 12; round++)
        {
            ITrafficSource source = s_library.OpenLive(new() { Interfaces = net.LinksOfA("va", "lo"), NetworkNamespacePath = net.PathA });
            var stopping = new Thread(() =>
            {
                Thread.SpinWait(round * 2000);
                source.Stop();
            });
            stopping.Start();
            try
            {
                source.Start(null, static _ => { });
            }
            catch (InvalidOperationException)
            {
                // The stop was first.
            }

            stopping.Join();
            Assert.True(RunningCapture.Eventually(() => source.Completion.IsCompleted));
            source.Dispose();
            before = round == 0 ? CountDescriptors() : before;
        }

        Assert.True(RunningCapture.Eventually(() => CountDescriptors() <= before));
    }

    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
