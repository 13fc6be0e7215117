using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ProcNet.Pwsh.Tests;

/// <summary>A session on loopback: names are asked for, and then their servers are talked to, by TLS and without.</summary>
internal sealed class NamedTraffic : IDisposable
{
    private const int BytesOfEach = 60_000;

    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly Dictionary<string, string> _addresses = [];
    private readonly UdpClient _resolver = new(new IPEndPoint(IPAddress.Parse("127.77.0.53"), 53));

    /// <summary>The name that each conversation was held with, by the port of the client.</summary>
    public Dictionary<int, string> Truth { get; } = [];

    public void Dispose()
    {
        _certificate.Dispose();
        _resolver.Dispose();
    }

    /// <summary>Asks for a name, and talks to its server.</summary>
    /// <param name="name">The name.</param>
    /// <param name="address">Its address.</param>
    /// <param name="isTls">Whether by TLS, which asks for the name again.</param>
    /// <param name="isResolved">Whether a name server is asked before.</param>
    public void Talk(string name, string address, bool isTls, bool isResolved = true)
    {
        if (isResolved)
        {
            Resolve(name, address);
        }

        using TcpListener listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using TcpClient server = listener.AcceptTcpClient();
        Truth.Add(((IPEndPoint)client.Client.LocalEndPoint!).Port, name);
        Stream ours = client.GetStream(),
            theirs = server.GetStream();
        if (isTls)
        {
            SslStream secure =
                    new(
                        ours,
                        leaveInnerStreamOpen: false,
                        (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.GetCertHashString()
                    ),
                serving = new(theirs);
            Task both = Task.WhenAll(serving.AuthenticateAsServerAsync(_certificate), secure.AuthenticateAsClientAsync(name));
            Assert.True(both.Wait(TimeSpan.FromSeconds(20)));
            (ours, theirs) = (secure, serving);
        }

        Task reading = Task.Run(() => ours.ReadExactly(new byte[BytesOfEach]));
        theirs.Write(new byte[BytesOfEach]);
        Assert.True(reading.Wait(TimeSpan.FromSeconds(20)));
        ours.Dispose();
        theirs.Dispose();
    }

    private void Resolve(string name, string address)
    {
        byte[] labels = [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
        byte[] question = [.. labels, 0, 1, 0, 1];
        using UdpClient client = new();
        client.Connect("127.77.0.53", 53);
        client.Send([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question]);
        IPEndPoint? from = null;
        _resolver.Receive(ref from);
        byte[] record = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()];
        _resolver.Send([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question, .. record], from!);
        client.Receive(ref from);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
