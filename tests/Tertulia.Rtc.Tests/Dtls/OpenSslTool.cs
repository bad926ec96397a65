using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Dtls;

internal sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute()
    {
        if (!OpenSslTool.Exists) Skip = "openssl is not on the PATH";
    }
}

internal sealed class OpenSslTheoryAttribute : TheoryAttribute
{
    public OpenSslTheoryAttribute()
    {
        if (!OpenSslTool.Exists) Skip = "openssl is not on the PATH";
    }
}

/// <summary>The openssl program as a peer, joined to one of our transports by a UDP socket.</summary>
internal sealed class OpenSslTool : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tertulia-dtls-");
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly StringBuilder _output = new();
    private readonly DatagramBatch _outbox = new(64);
    private readonly long _begin = Stopwatch.GetTimestamp();
    private Process? _process;
    private EndPoint _peer = new IPEndPoint(IPAddress.Any, 0);

    public OpenSslTool(bool rsa = false)
    {
        using var certificate = rsa ? CreateRsa() : CreateEcdsa();
        Fingerprint = DtlsFingerprints.Compute("sha-256", certificate.RawData)!.Value;
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, rsa
            ? certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()
            : certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public static bool Exists { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "openssl")));

    public DtlsFingerprint Fingerprint { get; }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    private string CertificatePath => Path.Combine(_folder.FullName, "certificate.pem");

    private string KeyPath => Path.Combine(_folder.FullName, "key.pem");

    public void Start(string arguments)
    {
        _process = new Process
        {
            StartInfo = new("openssl", $"{arguments} -cert {CertificatePath} -key {KeyPath}")
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public void Type(string line)
    {
        _process!.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public void Connect(int port) => _peer = new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>Carries datagrams until the condition holds; false if it does not within 30 s.</summary>
    public bool Run(DtlsTransport transport, Func<bool> until)
    {
        var buffer = new byte[2048];
        while (Now.Milliseconds < 30_000)
        {
            Send(transport);
            if (until()) return true;
            if (_socket.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead))
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                try
                {
                    var length = _socket.ReceiveFrom(buffer, ref from);
                    _peer = from;
                    transport.HandleDatagram(Now, buffer.AsSpan(0, length));
                }
                catch (SocketException)
                {
                    // The peer's port is closed, or not open yet.
                }
            }

            transport.HandleTimeout(Now);
        }

        return false;
    }

    public void Send(DtlsTransport transport)
    {
        transport.Poll(Now, DtlsPeers.Path, _outbox);
        for (var i = 0; i < _outbox.Count; i++) _socket.SendTo(_outbox.Datagram(i), _peer);
        _outbox.Clear();
    }

    public void Dispose()
    {
        if (_process is { HasExited: false }) _process.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private Instant Now => new(Stopwatch.GetElapsedTime(_begin).Ticks);

    private static X509Certificate2 CreateRsa() =>
        SelfSign(new("CN=peer", RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static X509Certificate2 CreateEcdsa() =>
        SelfSign(new("CN=peer", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256));

    private static X509Certificate2 SelfSign(CertificateRequest request) =>
        request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));

    private void Append(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }
}
