using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

/// <summary>What holds for every answer of ours, whatever was offered (RFC 3264 section 6, RFC 9429 section 5.3).</summary>
internal static class AnswerInvariants
{
    public static void Check(SessionDescription offer, SessionDescription answer, NegotiatedSession negotiated)
    {
        Assert.True(answer.IceLite);
        Assert.Equal(offer.MediaSections.Select(section => (section.Media, section.Mid)), answer.MediaSections.Select(section => (section.Media, section.Mid)));
        var accepted = answer.MediaSections.Where(section => section.Port != 0).ToList();
        Assert.NotEmpty(accepted);
        Assert.Equal(accepted.Select(section => section.Mid), negotiated.Media.Select(media => media.Mid));
        if (offer.BundledMids.Count > 0) Assert.Equal(accepted.Select(section => section.Mid).Order(), answer.BundledMids.Order());
        Assert.Single(accepted, section => section.EndOfCandidates && section.Candidates.Count == SdpSamples.Local.Candidates.Count);

        for (var i = 0; i < answer.MediaSections.Count; i++)
        {
            if (answer.MediaSections[i].Port == 0) CheckRejected(answer.MediaSections[i]);
            else CheckAccepted(offer.MediaSections[i], answer.MediaSections[i], negotiated.Find(answer.MediaSections[i].Mid)!);
        }
    }

    private static void CheckRejected(MediaSection answered)
    {
        Assert.NotEmpty(answered.Formats);
        Assert.Null(answered.Ice);
        Assert.Empty(answered.Ssrcs);
    }

    private static void CheckAccepted(MediaSection offered, MediaSection answered, NegotiatedMedia agreed)
    {
        Assert.False(offered.IsRejected);
        Assert.Equal(offered.Protocol, answered.Protocol);
        Assert.Equal(DtlsSetup.Passive, answered.Setup);
        Assert.Equal(SdpSamples.Local.Ice, answered.Ice);
        Assert.True(answered.RtcpMux);
        Assert.Equal(answered.Direction, answered.Direction & offered.Direction.Reversed());
        Assert.Equal(answered.Direction, agreed.Direction);
        Assert.Equal(answered.Direction.Sends(), answered.Ssrcs.Count > 0);
        Assert.Equal(answered.Direction.Sends(), answered.Msid is not null);
        Assert.Equal(answered.Direction.Sends(), agreed.LocalTrack is not null);
        if (!answered.Direction.Receives()) Assert.Empty(agreed.RemoteStreams);
        CheckCodecs(offered, answered, agreed);

        foreach (var extension in answered.HeaderExtensions)
        {
            var theirs = Assert.Single(offered.HeaderExtensions, other => other.Id == extension.Id);
            Assert.Equal(theirs.Uri, extension.Uri);
            Assert.Equal(extension.Direction, extension.Direction & theirs.Direction.Reversed());
            Assert.Equal(extension.Id, agreed.GetExtensionId(extension.Uri));
        }

        Assert.Equal(answered.HeaderExtensions.Count, answered.HeaderExtensions.Select(extension => extension.Uri).Distinct().Count());
        Assert.Equal(answered.Rids.Select(rid => rid.Id), answered.Simulcast?.Receive.Select(stream => stream.Alternatives[0].Rid) ?? []);
        Assert.All(answered.Rids, rid => Assert.Contains(offered.Rids, other => other.IsSend && other.Id == rid.Id));
        Assert.Equal(answered.Rids.Select(rid => rid.Id), agreed.RemoteRids);
    }

    private static void CheckCodecs(MediaSection offered, MediaSection answered, NegotiatedMedia agreed)
    {
        Assert.NotEmpty(answered.Codecs);
        Assert.Equal(answered.Codecs.Select(codec => codec.PayloadType.ToString()), answered.Formats);
        Assert.Equal(answered.Formats.Count, answered.Formats.Distinct().Count());
        foreach (var codec in answered.Codecs)
        {
            var theirs = Assert.Single(offered.Codecs, other => other.PayloadType == codec.PayloadType);
            Assert.True(CodecMatcher.IsSame(theirs, codec), $"{theirs} was answered by {codec}");
            Assert.Equal(theirs.AssociatedPayloadType, codec.AssociatedPayloadType);
            Assert.Subset(theirs.Feedback.ToHashSet(), codec.Feedback.ToHashSet());
            Assert.False(codec.HasFeedback("goog-remb") && codec.HasFeedback("transport-cc"));
            if (codec.HasFeedback("transport-cc"))
                Assert.Contains(answered.HeaderExtensions, extension => extension.Uri == HeaderExtensionUris.TransportSequenceNumber);
            if (codec.Kind == CodecKind.FlexFec03)
            {
                Assert.Equal(codec.PayloadType, agreed.FlexFecPayloadType);
                continue;
            }

            Assert.True(agreed.TryGetCodec(codec.PayloadType, out var found, out var isRtx));
            Assert.Equal(codec.Kind == CodecKind.Rtx, isRtx);
            Assert.Equal(codec.AssociatedPayloadType ?? codec.PayloadType, found.PayloadType);
        }
    }
}
