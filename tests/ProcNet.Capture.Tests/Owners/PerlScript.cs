using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>A process of its own in a network namespace, that says lines and waits for lines. Ended when disposed.</summary>
internal sealed class PerlScript : IDisposable
{
    // say: a line to the test; hear: wait for one of its. at: an address and port. tcp, udp: sockets.
    private const string Words = """
        use Socket qw(:all); $| = 1; $SIG{PIPE} = 'IGNORE';
        sub say { print "@_\n" } sub hear { defined(<STDIN>) or exit }
        sub at { pack_sockaddr_in($_[1], inet_aton($_[0])) }
        sub at6 { pack_sockaddr_in6($_[1], inet_pton(AF_INET6, $_[0])) }
        sub opened { my ($family, $kind, $protocol) = @_; socket(my $s, $family, $kind, $protocol) or die "socket: $!"; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1); $s }
        sub tcp { opened($_[0] // AF_INET, SOCK_STREAM, 0) } sub udp { opened($_[0] // AF_INET, SOCK_DGRAM, 0) }
        sub listening { my $l = tcp(); bind($l, at(@_)) or die "bind: $!"; listen($l, 16); $l }
        sub accepted { accept(my $c, $_[0]) or die "accept: $!"; $c }
        sub connected { my ($s, $to) = @_; connect($s, $to) or die "connect: $!"; $s }
        sub port { (sockaddr_in(getsockname $_[0]))[0] }
        sub take { my ($s, $n) = @_; while ($n > 0) { my $r = sysread($s, my $x, $n) or die "read: $!"; $n -= $r } }

        """;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    public PerlScript(string networkNamespace, string script)
    {
        // ip and perl take each other's place: the id is the script's.
        _process = Process.Start(
            new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, "perl", "-e", Words + script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
    }

    public int Id => _process.Id;

    /// <summary>Waits for a line.</summary>
    public string Hear()
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(s_patience), "The script says nothing.");
        return line.Result ?? throw new InvalidOperationException(_process.StandardError.ReadToEnd());
    }

    /// <summary>Waits for a line that is a number.</summary>
    public int HearNumber() => int.Parse(Hear(), CultureInfo.InvariantCulture);

    /// <summary>Lets it go on.</summary>
    public void Say() => _process.StandardInput.WriteLine();

    /// <summary>Lets it go on until it says the next line.</summary>
    public void Step()
    {
        Say();
        Hear();
    }

    /// <summary>Waits for its end.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(s_patience), "The script does not end.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
