using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Tertulia.Rtc.Stun;

namespace Tertulia.Server.Hosting;

/// <summary>Asks one of our own addresses the plain STUN question, as a client would.</summary>
internal static class StunProbe
{
    private const int Attempts = 3;

    /// <returns>Null if an answer came, else what stood in its way.</returns>
    public static async Task<string?> UdpAsync(IPEndPoint point, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            using var socket = new Socket(point.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(point, stop);
            var answer = new byte[512];
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var question = Question();
                await socket.SendAsync(question, stop);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(patience / Attempts);
                try
                {
                    var length = await socket.ReceiveAsync(answer, limit.Token);
                    if (IsAnswer(question, answer.AsSpan(0, length))) return null;
                }
                catch (OperationCanceledException) when (!stop.IsCancellationRequested)
                {
                    // Lost, or nobody there: once more.
                }
            }

            return "no answer";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    /// <inheritdoc cref="UdpAsync"/>
    public static async Task<string?> TcpAsync(IPEndPoint point, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            using var socket = new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(point, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "no connection in time";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    private static byte[] Question()
    {
        var buffer = new byte[StunMessage.HeaderSize];
        _ = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, RandomNumberGenerator.GetBytes(StunMessage.TransactionIdSize));
        return buffer;
    }

    private static bool IsAnswer(ReadOnlySpan<byte> question, ReadOnlySpan<byte> answer) =>
        StunMessage.TryParse(answer, out var message) && message.Class == StunClass.Success && message.TransactionId.SequenceEqual(question[8..StunMessage.HeaderSize]);
}
