using System.Diagnostics;

namespace ProcNet.Tests.Ebpf;

/// <summary>A small program that forks, which .NET cannot. Ends with its standard input, or with the test.</summary>
internal sealed class PerlProgram : IDisposable
{
    /// <summary>Four workers that accept from one inherited listener and answer each connection with their process id.</summary>
    public const string Workers = """
        use Socket; $| = 1;
        socket(my $l, PF_INET, SOCK_STREAM, 0); bind($l, sockaddr_in(0, INADDR_LOOPBACK)); listen($l, 128);
        print((sockaddr_in(getsockname $l))[0], "\n");
        for (1..4) { if (!($w[$_] = fork)) { while (accept(my $c, $l)) { sysread($c, my $x, 100); syswrite($c, "$$\n"); close $c } exit } }
        <STDIN>; kill 'KILL', @w[1..4];
        """;

    /// <summary>The same workers, who keep their connections.</summary>
    public static readonly string Keepers = Workers.Replace("close $c", "push @kept, $c", StringComparison.Ordinal);

    /// <summary>
    /// A parent that connects, and a child that does all the talking; each prints its id, and the parent 0 when the child is
    /// done.
    /// </summary>
    public const string Heir = """
        use Socket; $| = 1; my $port = shift;
        socket(my $s, PF_INET, SOCK_STREAM, 0); connect($s, sockaddr_in($port, INADDR_LOOPBACK)) or die $!;
        print "$$\n";
        if (!fork) { print "$$\n"; syswrite($s, 'x' x 1000); sysread($s, my $x, 100); exit }
        wait; print "0\n"; <STDIN>;
        """;

    /// <summary>Injects ten frames of 114 bytes into its loopback interface, past the IP sockets.</summary>
    public const string Injector = """
        $| = 1; socket(my $s, 17, 3, 0) or die $!;
        my $to = pack('S n l S C C a8', 17, 0x88B5, 1, 0, 0, 6, "\0" x 8);
        for (1..10) { send($s, "\0" x 12 . "\x88\xB5" . 'x' x 100, 0, $to) or die $! }
        print "$$\n"; <STDIN>;
        """;

    private readonly Process _process;

    public PerlProgram(string program, params string[] arguments)
        : this([], program, arguments) { }

    public PerlProgram(string[] before, string program, params string[] arguments)
    {
        string[] command = [.. before, "perl", "-e", program, .. arguments];
        _process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
    }

    public int Id => _process.Id;

    /// <summary>A number that it prints.</summary>
    public int ReadNumber() =>
        int.Parse(
            _process.StandardOutput.ReadLine() ?? _process.StandardError.ReadToEnd(),
            System.Globalization.CultureInfo.InvariantCulture
        );

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(2000))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
