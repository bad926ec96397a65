using System.Diagnostics;
using System.Net;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Srtp;
using Tertulia.Udp;

namespace Tertulia.LoadTest.Measures;

/// <summary>
/// The least that forwarding a packet can cost on this machine: authenticated encryption, and handing it to the kernel as cheaply as the
/// kernel can be handed packets. In microseconds per packet, medians of many short stretches.
/// </summary>
internal sealed record Floor
{
    private const int Stretches = 61;
    private const int PacketsPerStretch = 1024;

    public int PacketBytes { get; private init; }

    /// <summary>AES-128-GCM by libcrypto on a kept context.</summary>
    public double Encryption { get; private init; }

    /// <summary>The same by our own code, where the machine has what that needs.</summary>
    public double OwnEncryption { get; private init; }

    /// <summary>One datagram a message of sendmmsg.</summary>
    public double SendSingly { get; private init; }

    /// <summary>UDP_SEGMENT, runs of 16 to one receiver.</summary>
    public double SendInRuns { get; private init; }

    public double Total => Math.Min(Encryption, OwnEncryption) + SendInRuns;

    public static Floor Measure(IPAddress address, int packetBytes) => new()
    {
        PacketBytes = packetBytes,
        Encryption = Encrypting(new AesGcm128(new byte[16], encrypt: true), packetBytes),
        OwnEncryption = Encrypting(AesGcmCipher.Create(new byte[16], encrypt: true), packetBytes),
        SendSingly = Sending(address, packetBytes, segmentation: false),
        SendInRuns = Sending(address, packetBytes, segmentation: true),
    };

    private static double Encrypting(AesGcmCipher cipher, int packetBytes)
    {
        var (packet, nonce) = (new byte[packetBytes], new byte[AesGcmCipher.NonceLength]);
        using var disposed = cipher;
        return Median(() =>
        {
            for (var i = 0; i < PacketsPerStretch; i++) cipher.Seal(nonce, packet.AsSpan(0, 20), packet.AsSpan(20..^16), packet.AsSpan(^16..));
        }, () => { });
    }

    private static double Sending(IPAddress address, int packetBytes, bool segmentation)
    {
        using var sender = UdpPort.Open(new() { Address = address, Segmentation = segmentation });
        using var receiver = UdpPort.Open(new() { Address = address, Coalescing = true });
        var (batch, inbox) = (new DatagramBatch(PacketsPerStretch), new ReceiveBatch(64, ReceiveBatch.CoalescedSlotSize));
        var path = new NetworkPath(TransportAddress.From(receiver.LocalEndPoint), TransportAddress.From(sender.LocalEndPoint));
        var packet = new byte[packetBytes];
        return Median(() => sender.Send(batch), () =>
        {
            while (receiver.Receive(inbox) > 0)
            {
            }

            for (var i = 0; i < PacketsPerStretch; i++) batch.Add(path, packet);
        });
    }

    private static double Median(Action measured, Action prepare)
    {
        var times = new List<double>();
        for (var i = 0; i < Stretches; i++)
        {
            prepare();
            var start = Stopwatch.GetTimestamp();
            measured();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / PacketsPerStretch);
        }

        times.Sort();
        return times[Stretches / 2];
    }
}
