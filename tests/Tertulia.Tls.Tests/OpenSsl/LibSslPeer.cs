using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tertulia.Tls.Tests.OpenSsl;

/// <summary>
/// The other end of a TLS connection, by libssl itself over a blocking socket: unlike .NET's it can be told which groups to offer, or to insist on.
/// </summary>
internal sealed unsafe partial class LibSslPeer : IDisposable
{
    private const string Library = "libssl.so.3";

    private readonly nint _context;
    private readonly nint _connection;

    private LibSslPeer(nint context, Socket socket)
    {
        _context = context;
        _connection = NewConnection(context);
        Assert.Equal(1, SetSocket(_connection, (int)socket.Handle));
    }

    /// <exception cref="IOException">The handshake failed.</exception>
    public static LibSslPeer Connect(Socket socket, string groups, int maxVersion = 0)
    {
        var peer = new LibSslPeer(NewContext(groups, maxVersion), socket);
        if (Connect(peer._connection) != 1) throw peer.Failure("connect");
        return peer;
    }

    /// <exception cref="IOException">The handshake failed.</exception>
    public static LibSslPeer Accept(Socket socket, string groups, X509Certificate2 certificate)
    {
        var context = NewContext(groups, 0);
        var (certificateFile, keyFile) = (Path.GetTempFileName(), Path.GetTempFileName());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Equal(1, UseCertificate(context, certificateFile, 1));
        Assert.Equal(1, UseKey(context, keyFile, 1));
        File.Delete(certificateFile);
        File.Delete(keyFile);
        var peer = new LibSslPeer(context, socket);
        if (Accept(peer._connection) != 1) throw peer.Failure("accept");
        return peer;
    }

    public void Send(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        fixed (byte* data = octets) Assert.Equal(octets.Length, Write(_connection, data, octets.Length));
    }

    public string Receive()
    {
        var octets = new byte[1000];
        fixed (byte* data = octets) return Encoding.ASCII.GetString(octets, 0, Math.Max(0, Read(_connection, data, octets.Length)));
    }

    public void Dispose()
    {
        FreeConnection(_connection);
        FreeContext(_context);
    }

    private static nint NewContext(string groups, int maxVersion)
    {
        var context = NewContext(TlsMethod());
        fixed (byte* list = Encoding.ASCII.GetBytes(groups + "\0")) Assert.Equal(1, Control(context, 92, 0, list));
        if (maxVersion != 0) Assert.Equal(1, Control(context, 124, maxVersion, null));
        return context;
    }

    private IOException Failure(string what)
    {
        Dispose();
        return new IOException($"SSL_{what} failed");
    }

    [LibraryImport(Library, EntryPoint = "TLS_method")]
    private static partial nint TlsMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint Control(nint context, int command, nint argument, byte* pointer);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_use_certificate_file", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UseCertificate(nint context, string file, int type);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_use_PrivateKey_file", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UseKey(nint context, string file, int type);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    private static partial nint NewConnection(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    private static partial void FreeConnection(nint connection);

    [LibraryImport(Library, EntryPoint = "SSL_set_fd")]
    private static partial int SetSocket(nint connection, int handle);

    [LibraryImport(Library, EntryPoint = "SSL_connect")]
    private static partial int Connect(nint connection);

    [LibraryImport(Library, EntryPoint = "SSL_accept")]
    private static partial int Accept(nint connection);

    [LibraryImport(Library, EntryPoint = "SSL_read")]
    private static partial int Read(nint connection, byte* data, int length);

    [LibraryImport(Library, EntryPoint = "SSL_write")]
    private static partial int Write(nint connection, byte* data, int length);
}
