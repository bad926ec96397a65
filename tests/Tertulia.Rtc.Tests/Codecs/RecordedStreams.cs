namespace Tertulia.Rtc.Tests.Codecs;

/// <summary>
/// The first packets of streams that Chromium 156 sent us: marker, beginning of the payload, dependency descriptor. Bandwidth grows
/// meanwhile, so layers are added.
/// </summary>
internal static class RecordedStreams
{
    /// <summary>scalabilityMode L3T3: all that it says stands in the VP9 payload descriptor too.</summary>
    public static readonly (bool Marker, string Payload, string Descriptor)[] Vp9L3T3 =
    [
        (true, "BEAF861010014000B4834983420013F00B30D0E090706520", "C10001C0081485214EAFFFAAAA863CF0430C10C302AFC0AAA0063C00430010C002A000A80006000040001D954926E082B04A0941B820AC1282503157F974000CA864330E222222ECA8655304224230ECA87753013F00B3027F016704FF02CF0380"),
        (true, "FCAF87500287", "C300021A00080000"),
        (true, "FCAF88300487", "C200031A20100000"),
        (true, "FCAF89500287", "C300041200"),
        (false, "FEAF8A100850014000B402800168050002D087010000027E", "C000055FFD30101010"),
        (false, "B8AF8A138702", "8500061200"),
        (false, "B4AF8A1353FE", "4500061200"),
        (false, "B9AF8A158704", "8B0007"),
        (true, "B5AF8A15201E", "4B0007"),
        (false, "FCAF8B500287", "C30008"),
        (false, "FCAF8B530287", "C80009"),
        (true, "FDAF8B550287", "CD000A"),
        (false, "FCAF8C300487", "C2000B"),
        (false, "FCAF8C330487", "C7000C"),
        (false, "F9AF8C350487", "8C000D"),
        (true, "F5AF8C3504C8", "4C000D"),
        (false, "FCAF8D500287", "C4000E"),
        (false, "FCAF8D530287", "C9000F"),
        (false, "F9AF8D550287", "8E0010"),
        (true, "F5AF8D55024A", "4E0010"),
        (false, "FCAF8E100887", "C00011"),
        (false, "F8AF8E130887", "850012"),
        (false, "F0AF8E130852", "050012"),
        (false, "F4AF8E1308F8", "450012"),
        (false, "F9AF8E150887", "8A0013"),
        (false, "F1AF8E1508DE", "0A0013"),
        (false, "F1AF8E150886", "0A0013"),
        (false, "F1AF8E1508D1", "0A0013"),
        (true, "F5AF8E150860", "4A0013"),
        (false, "FCAF8F500287", "C30014"),
    ];

    /// <summary>scalabilityMode L1T3: the payload descriptor was left bare.</summary>
    public static readonly (bool Marker, string Payload, string Descriptor)[] Vp8L1T3 =
    [
        (true, "10504E00", "C000018002044EAAAF2860414D34538A0940409FC059C0"),
        (true, "30711700", "C50002"),
        (true, "10311800", "C30003"),
        (true, "30D12000", "C50004"),
        (false, "10D13700", "820005"),
        (false, "000B2F52", "020005"),
        (true, "0058AC8B", "420005"),
        (true, "30511900", "C60006"),
        (false, "30913000", "850007126880"),
        (false, "2006E347", "050007126880"),
        (true, "20E87464", "450007126880"),
        (false, "10714100", "8000081240"),
        (false, "0091497D", "0000081240"),
        (false, "003ECACF", "0000081240"),
        (true, "0005FF78", "4000081240"),
        (true, "30911C00", "C50009"),
        (true, "10D11300", "C3000A"),
        (false, "30712B00", "85000B"),
        (false, "2074886F", "05000B"),
        (true, "20F41995", "45000B"),
        (false, "10B13A00", "82000C"),
        (false, "00851378", "02000C"),
        (true, "00562E69", "42000C"),
        (false, "30512500", "86000D"),
    ];

    /// <summary>scalabilityMode L3T3: as long as there is no third spatial layer, frame differences are custom ones.</summary>
    public static readonly (bool Marker, string Payload, string Descriptor)[] Av1L3T3 =
    [
        (false, "281D080087072B8195C04A60E530329809441CA20651012D", "C10001C0081485214EAFFFAAAA863CF0430C10C302AFC0AAA0063C00430010C002A000A80006000040001D954926E082B04A0941B820AC1282503157F974000CA864330E222222ECA8655304224230ECA87753013F00B3027F016704FF02CF1F80"),
        (true, "10340831", "C60002"),
        (false, "10344035", "C300031A20100800"),
        (true, "10344835", "C800041A2800604000"),
        (false, "10342031", "C200051A60201800"),
        (true, "10342831", "C700061A6800A08000"),
        (false, "10344035", "C300071A20302800"),
        (true, "10344835", "C800081A2800E0C000"),
        (false, "10340031", "C000091AE0403800"),
        (false, "50340831", "85000A12E800"),
        (false, "D01E52A9", "05000A12E800"),
        (true, "9072E73E", "45000A12E800"),
        (false, "10344035", "C3000B1A20100800"),
        (true, "10344835", "C8000C1A2800604000"),
        (false, "10342031", "C2000D1A60201800"),
        (true, "10342831", "C7000E1A6800A08000"),
    ];
}
