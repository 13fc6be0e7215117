using System.Diagnostics;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;
using ProcNet.Testing;
using Xunit;

namespace ProcNet.Tests.Sources.Savefiles;

/// <summary>Where packets may be written, and in what order they are.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SavefileTargetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procnet-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_new_file_is_its_owners_alone()
    {
        Write(PathOf("x.pcapng"), overwrite: false);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("x.pcapng")));
    }

    [Fact]
    public void A_link_of_ones_own_is_followed_and_one_of_another_user_is_not()
    {
        File.WriteAllText(PathOf("victim"), "precious");
        File.CreateSymbolicLink(PathOf("own.pcapng"), PathOf("victim"));
        Write(PathOf("own.pcapng"), overwrite: true);
        Assert.NotEqual("precious", File.ReadAllText(PathOf("victim")));

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To make another user's link needs root.");
        File.WriteAllText(PathOf("victim"), "precious");
        File.CreateSymbolicLink(PathOf("theirs.pcapng"), PathOf("victim"));
        Run("chown", "-h", "65534", PathOf("theirs.pcapng"));
        ProcNetException refused = Assert.Throws<ProcNetException>(() => Write(PathOf("theirs.pcapng"), overwrite: true));
        Assert.Equal(ProcNetError.FileAccessDenied, refused.Error);
        Assert.Equal("precious", File.ReadAllText(PathOf("victim")));
    }

    [Fact]
    public void Another_users_file_gets_a_new_one_in_its_place()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To make another user's file needs root.");
        File.WriteAllText(PathOf("x.pcapng"), "theirs");
        File.SetUnixFileMode(PathOf("x.pcapng"), (UnixFileMode)0x1B6); // 0666
        Run("chown", "65534", PathOf("x.pcapng"));
        using FileStream open = File.OpenRead(PathOf("x.pcapng"));

        Write(PathOf("x.pcapng"), overwrite: true);

        Assert.Equal(6, open.Length);
        Assert.True(new FileInfo(PathOf("x.pcapng")).Length > 6);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("x.pcapng")));
    }

    [Fact]
    public void A_pipe_without_a_reader_is_waited_for_until_the_waiting_is_ended()
    {
        using var pipe = new NamedPipe();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        Assert.ThrowsAny<OperationCanceledException>(() => SavefileWriter.Create(pipe.Path, true, cancellation: stop.Token));
        using var stopReading = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.ThrowsAny<OperationCanceledException>(() => SavefileReader.Open(pipe.Path, stopReading.Token));
    }

    [Fact]
    public void Packets_of_several_interfaces_are_in_the_order_of_their_times()
    {
        var recorder = new PacketRecorder(
            new SavefileSeries(new RecordingOptions { Path = PathOf("x.pcapng") }, CancellationToken.None),
            null,
            _ => { }
        );
        Declare(recorder, "eth0", 0);
        Declare(recorder, "eth1", 1);
        recorder.Start();
        for (int block = 0; block < 20; block++)
        {
            // Each interface's block of the same 30 ms, one after the other, as a capture reads them.
            for (ushort slot = 0; slot < 2; slot++)
            {
                for (int i = 0; i < 100; i++)
                {
                    recorder.Add(
                        slot,
                        ((1_700_000_000_000L + (block * 30) + (i % 30)) * 1_000_000) + (i * 1000) + slot,
                        new byte[60],
                        60,
                        default
                    );
                }
            }
        }

        recorder.Finish(TimeSpan.FromSeconds(5));

        long last = 0;
        int count = 0;
        using SavefileReader reader = SavefileReader.Open(PathOf("x.pcapng"));
        while (reader.TryRead(out SavefilePacket packet))
        {
            Assert.True(packet.Time >= last);
            last = packet.Time;
            count++;
        }

        Assert.Equal((4000, 0L), (count, recorder.NotWritten));
    }

    [Fact]
    public void A_ring_of_files_keeps_the_newest_each_whole()
    {
        var recorder = new PacketRecorder(
            new SavefileSeries(
                new RecordingOptions
                {
                    Path = PathOf("ring.pcapng"),
                    RotateSize = 2000,
                    FileCount = 3,
                },
                CancellationToken.None
            ),
            null,
            _ => { }
        );
        Declare(recorder, "eth0", 0);
        recorder.Start();
        for (int i = 0; i < 200; i++)
        {
            recorder.Add(0, (1_700_000_000_000_000L + i) * 1000, new byte[60], 60, default);
        }

        recorder.Finish(TimeSpan.FromSeconds(5));

        string[] files = [.. Directory.GetFiles(_folder.FullName, "ring_*.pcapng").Order(StringComparer.Ordinal)];
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Matches(@"ring_\d{5}_\d{14}\.pcapng$", file));
        foreach (string file in files)
        {
            using SavefileReader reader = SavefileReader.Open(file);
            while (reader.TryRead(out _)) { }

            Assert.Null(reader.Damage);
            Assert.Equal("eth0", reader.Interfaces.Single().Name);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static void Write(string path, bool overwrite)
    {
        using SavefileWriter writer = SavefileWriter.Create(path, overwrite);
        writer.Begin();
    }

    private static void Declare(PacketRecorder recorder, string name, ushort slot) =>
        recorder.AddInterface(
            new TrafficInterface
            {
                Slot = slot,
                Name = name,
                LinkLayer = LinkLayer.Ethernet,
            },
            262144
        );

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
