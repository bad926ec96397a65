using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Layers;

/// <summary>What a receiver is to get of a track: an encoding, and of that at most these sublayers.</summary>
internal readonly record struct LayerTarget(PublishedLayer Layer, byte Spatial, byte Temporal);
