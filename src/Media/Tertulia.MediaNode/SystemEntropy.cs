using System.Security.Cryptography;
using Tertulia.Rtc.Net;

namespace Tertulia.MediaNode;

/// <summary>The operating system's randomness.</summary>
public sealed class SystemEntropy : EntropySource
{
    public static readonly SystemEntropy Instance = new();

    private SystemEntropy()
    {
    }

    public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
