using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ProcNet.Processes;
using ProcNet.Processes.Iterator;

namespace ProcNet.Tests.Ebpf;

[Collection("Kernel feed")]
public sealed class SocketIteratorTests
{
    [Fact]
    public void It_finds_what_a_walk_through_proc_finds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var local = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        using Process other = Process.Start(
            new ProcessStartInfo("bash", ["-c", "exec 3<>/dev/udp/127.0.0.1/9; read end"]) { RedirectStandardInput = true }
        )!;
        Assert.True(SpinWait.SpinUntil(() => File.Exists($"/proc/{other.Id}/fd/3"), 5000));
        AllSockets all = Assert.IsType<AllSockets>(AllSockets.TryRead());
        using var walker = new DescriptorWalker();
        using var processes = new ProcessReader();
        List<SocketDescriptor> walked = [];
        List<SocketDescriptor> iterated = [];
        List<SocketDescriptor> own = [];

        Assert.Equal(WalkStatus.Read, walker.Walk(other.Id, walked));
        Assert.True(all.Copy(processes.ReadKey(other.Id)!.Value, iterated));
        Assert.True(all.Copy(processes.ReadKey(Environment.ProcessId)!.Value, own));

        Assert.NotEmpty(walked);
        Assert.Equal(walked, iterated.Select(socket => socket with { NetworkNamespace = 0 }));
        Assert.All(iterated, socket => Assert.Equal(processes.ReadNetworkNamespace(other.Id), socket.NetworkNamespace));
        Assert.Contains(own, socket => socket.FileDescriptor == (int)listener.Server.Handle);
        Assert.Contains(own, socket => socket.FileDescriptor == (int)local.Handle);
        other.StandardInput.Close();
        other.WaitForExit();
    }

    [Fact]
    public void A_later_process_of_the_same_id_does_not_get_the_sockets()
    {
        AllSockets all = Assert.IsType<AllSockets>(AllSockets.TryRead());

        Assert.False(all.Copy(new ProcessKey(Environment.ProcessId, 1), []));
    }

    [Fact]
    public void Many_sockets_give_the_same_rows_as_few_do()
    {
        // More than the reader walks before it asks the iterator; in this process, so that it is one of those after the switch or before.
        List<Socket> sockets = [];
        for (int i = 0; i < 12_000; i++)
        {
            sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        }

        HashSet<(int, long)> all =
        [
            .. ProcSocketReader
                .Read(new ProcSocketQuery(), _ => { }, TestContext.Current.CancellationToken)
                .Where(row => row.ProcessId == Environment.ProcessId)
                .Select(row => (row.FileDescriptor, row.Inode)),
        ];
        HashSet<(int, long)> one =
        [
            .. ProcSocketReader
                .Read(new ProcSocketQuery { ProcessIds = [Environment.ProcessId] }, _ => { }, TestContext.Current.CancellationToken)
                .Select(row => (row.FileDescriptor, row.Inode)),
        ];

        Assert.All(sockets, socket => Assert.Contains(all, row => row.Item1 == (int)socket.Handle));
        Assert.True(all.Intersect(one).Count() >= 12_000);
        sockets.ForEach(socket => socket.Dispose());
    }
}
