using Tertulia.Rtc.Net;

namespace Tertulia.MediaNode;

/// <summary>What <see cref="TransportAddress.Carrier"/> means here.</summary>
internal static class Carriers
{
    /// <summary>The UDP port of the loop.</summary>
    public const uint Udp = 0;

    /// <summary>A relayed address of this node: its port tells which allocation of which loop.</summary>
    public const uint Relay = 1;

    /// <summary>From here on byte streams.</summary>
    public const uint FirstStream = 2;
}
