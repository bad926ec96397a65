using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

/// <summary>Random descriptions in the form to which the parser normalizes: what they say survives writing and reading.</summary>
internal static class SdpGenerators
{
    private const string TokenCharacters = "abcXYZ0189-_.!#$%&'*+^`{|}~";
    private const string IceCharacters = "abcXYZ0189+/";

    private static readonly Gen<bool> Flag = Gen.Elements(true, false);
    private static readonly Gen<string> Token = Text(TokenCharacters, 1, 12);
    private static readonly Gen<string> Rid = Text("abcXYZ0189-_", 1, 8);
    private static readonly Gen<Ssrc> AnySsrc = Gen.Choose(int.MinValue, int.MaxValue).Select(value => new Ssrc((uint)value));

    private static readonly Gen<MediaDirection> Direction = Gen.Elements(Enum.GetValues<MediaDirection>());

    private static readonly Gen<IceCredentials> Credentials =
        from fragment in Text(IceCharacters, 4, 20)
        from password in Text(IceCharacters, 22, 40)
        select new IceCredentials(fragment, password);

    private static readonly Gen<DtlsFingerprint> Fingerprint =
        from algorithm in Gen.Elements("sha-1", "sha-256", "sha-512")
        from bytes in Gen.Choose(0, 255).ArrayOf(20)
        select new DtlsFingerprint(algorithm, string.Join(':', bytes.Select(value => value.ToString("X2", CultureInfo.InvariantCulture))));

    private static readonly Gen<IceCandidate> Candidate =
        from foundation in Text(IceCharacters, 1, 10)
        from protocol in Gen.Elements(Enum.GetValues<IceTransportProtocol>())
        from priority in Gen.Choose(0, int.MaxValue)
        from address in Gen.Elements("192.0.2.1", "2001:db8::1", "0a1b2c3d.local")
        from port in Gen.Choose(0, 65535)
        from type in Gen.Elements(Enum.GetValues<IceCandidateType>())
        from related in Gen.Elements<string?>(null, "198.51.100.7")
        select new IceCandidate(foundation, 1, protocol, (uint)priority, address, (ushort)port, type)
        {
            RelatedAddress = related,
            RelatedPort = related is null ? (ushort)0 : (ushort)port,
            TcpType = protocol == IceTransportProtocol.Tcp ? "passive" : null,
        };

    private static readonly Gen<FormatParameters> Parameters =
        from names in Distinct(Text("abcdefg-", 1, 8).Where(name => name != "apt"), 4)
        from values in Gen.Elements<string?>(null, "", "1", "42e01f", "a/b", "x=y").ListOf(names.Count)
        select new FormatParameters([.. names.Zip(values, (name, value) => new FormatParameter(name, value))]);

    private static readonly Gen<RtpHeaderExtension[]> Extensions =
        from ids in Distinct(Gen.Choose(1, 255).Where(id => id != 15), 6)
        from directions in Direction.ListOf(ids.Count)
        from uris in Token.ListOf(ids.Count)
        from attributes in Gen.Elements<string?>(null, "a b=c").ListOf(ids.Count)
        select ids.Select((id, i) => new RtpHeaderExtension(id, "urn:" + uris[i], directions[i]) { Attributes = attributes[i] }).ToArray();

    private static readonly Gen<Msid?> AnyMsid =
        from present in Flag
        from stream in Token
        from track in Gen.OneOf(Token, Gen.Constant(""))
        select present ? new Msid(stream, track) : (Msid?)null;

    public static readonly Arbitrary<SessionDescription> Sessions = Arb.From(
        from username in Token
        from id in Gen.Choose(0, int.MaxValue)
        from version in Gen.Choose(0, int.MaxValue)
        from mids in Distinct(Token, 6)
        from mixed in Flag
        from lite in Flag
        from options in Distinct(Token, 2)
        from others in Others
        from sections in mids.Select(mid => Section(mid, mixed)).Aggregate(
            Gen.Constant<IReadOnlyList<MediaSection>>([]), (all, next) => from list in all from section in next select (IReadOnlyList<MediaSection>)[.. list, section])
        select new SessionDescription(new(username, id.ToString(CultureInfo.InvariantCulture), (ulong)version, "IN IP6 ::1"), sections)
        {
            Groups = mids.Count == 0 ? [] : [new("BUNDLE", mids), new("LS", [mids[0]])],
            ExtmapAllowMixed = mixed,
            IceLite = lite,
            IceOptions = options,
            OtherAttributes = others,
        });

    private static Gen<SdpAttribute[]> Others =>
        from names in Distinct(Text("xyz-", 2, 6), 3)
        from values in Gen.Elements<string?>(null, "v", "a:b c").ListOf(names.Count)
        select names.Zip(values, (name, value) => new SdpAttribute(name, value)).ToArray();

    private static Gen<MediaSection> Section(string mid, bool sessionAllowsMixed) =>
        from kind in Gen.Elements(MediaKind.Audio, MediaKind.Video)
        from port in Gen.Elements(0, 9, 65535)
        from direction in Direction
        from codecs in Codecs(kind)
        from extensions in Extensions
        from mixed in Flag
        from msid in AnyMsid
        from ssrcs in Distinct(AnySsrc, 5)
        from cname in Token
        from ice in Gen.OneOf(Credentials.Select(credentials => (IceCredentials?)credentials), Gen.Constant<IceCredentials?>(null))
        from fingerprints in Distinct(Fingerprint, 2)
        from setup in Gen.OneOf(Gen.Elements(Enum.GetValues<DtlsSetup>()).Select(setup => (DtlsSetup?)setup), Gen.Constant<DtlsSetup?>(null))
        from candidates in Distinct(Candidate, 3)
        from flags in Flag.ArrayOf(4)
        from rids in Distinct(Rid, 4)
        from restrictions in Gen.Elements<string?>(null, "pt=96,97;max-width=640")
        from bandwidth in Gen.Choose(0, int.MaxValue)
        from others in Others
        select new MediaSection(kind, mid)
        {
            Port = port,
            Direction = direction,
            Formats = CodecNegotiation.FormatsOf(codecs),
            Codecs = codecs,
            HeaderExtensions = extensions,
            ExtmapAllowMixed = mixed || sessionAllowsMixed,
            Msid = msid,
            Ssrcs = [.. ssrcs.Select(ssrc => new SsrcDescription(ssrc) { Cname = cname, Msid = msid })],
            SsrcGroups = ssrcs.Count < 2 ? [] : [new("FID", [ssrcs[0], ssrcs[1]])],
            Ice = ice,
            Fingerprints = fingerprints,
            Setup = setup,
            Candidates = candidates,
            EndOfCandidates = flags[0],
            RtcpMux = flags[1],
            RtcpReducedSize = flags[2],
            BundleOnly = flags[3],
            Rids = [.. rids.Select((rid, i) => new RidDescription(rid, i % 2 == 0, restrictions))],
            Simulcast = rids.Count == 0 ? null : new(
                [new([.. rids.Select((rid, i) => new SimulcastRid(rid, i % 2 == 1))]), new([new(rids[0])])],
                rids.Count == 1 ? [] : [new([new(rids[1])])]),
            Bandwidth = bandwidth % 2 == 0 ? [] : [new("AS", bandwidth), new("TIAS", bandwidth * 1000L)],
            OtherAttributes = others,
        };

    private static Gen<List<RtpCodec>> Codecs(MediaKind kind) =>
        from payloadTypes in Distinct(Gen.Choose(0, 63), 6).Where(list => list.Count > 0)
        from names in Gen.Elements(kind == MediaKind.Audio ? ["opus", "PCMU", "red"] : new[] { "VP8", "H264", "VP9", "AV1", "flexfec-03", "X-new" }).ListOf(payloadTypes.Count)
        from parameters in Parameters.ListOf(payloadTypes.Count)
        from feedback in Distinct(Gen.Elements("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb", "x y z"), 5)
        from channels in Gen.Elements(1, 2)
        from withRtx in Flag
        select CodecNegotiation.AllEntries([.. payloadTypes.Select((payloadType, i) =>
            new RtpCodec((byte)payloadType, RtpCodec.KindOf(names[i]), names[i], kind == MediaKind.Audio ? 48000 : 90000, kind == MediaKind.Audio ? channels : 1)
            {
                Parameters = parameters[i],
                Feedback = feedback,
                RtxPayloadType = withRtx && kind == MediaKind.Video ? (byte)(payloadType + 64) : null,
            })], flexFec: null);

    private static Gen<string> Text(string characters, int shortest, int longest) =>
        from length in Gen.Choose(shortest, longest)
        from text in Gen.Elements(characters.ToCharArray()).ArrayOf(length)
        select new string(text);

    private static Gen<List<T>> Distinct<T>(Gen<T> element, int most) =>
        from count in Gen.Choose(0, most)
        from items in element.ListOf(count)
        select items.Distinct().ToList();
}
