namespace Tertulia.Rtc.Ice;

/// <summary>Username fragment and password of one ICE generation (RFC 8839 section 5.4); a change of either is a restart.</summary>
public readonly record struct IceCredentials(string UsernameFragment, string Password);
