using System.Net;
using Tertulia.MediaNode;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Media.Tests.Node;

public sealed class StunResponderTests
{
    private static readonly NetworkPath Path = PathOf("198.51.100.7");

    private readonly StunResponder _responder = new();
    private readonly DatagramBatch _outbox = new(4);
    private Instant _now = Instant.FromMilliseconds(5_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_answer_names_the_source_and_has_a_fingerprint_if_the_question_had_one(bool fingerprint)
    {
        Assert.Equal(MediaDropReason.None, Ask(Path, Question(fingerprint: fingerprint)));
        Assert.True(StunMessage.TryParse(_outbox.Datagram(0), out var answer));
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.True(answer.TryGetXorMappedAddress(out var address));
        Assert.Equal(Path.Remote, address);
        Assert.Equal(fingerprint, answer.HasFingerprint);
        Assert.Equal(fingerprint, answer.VerifyFingerprint());
        Assert.True(_outbox[0].Length <= Question(fingerprint: fingerprint).Length + 12);
    }

    [Fact]
    public void An_unknown_mandatory_attribute_is_refused_but_never_with_more_than_was_asked()
    {
        Assert.Equal(MediaDropReason.None, Ask(Path, Question(extra: 0x0003, extraSize: 4))); // CHANGE-REQUEST of RFC 5780
        Assert.True(StunMessage.TryParse(_outbox.Datagram(0), out var answer));
        Assert.Equal(StunErrorCode.UnknownAttribute, answer.ErrorCode);
        Assert.True(_outbox[0].Length <= 44);
    }

    [Fact]
    public void Short_questions_with_unknown_attributes_get_nothing() =>
        Assert.Equal(MediaDropReason.StunMalformed, Ask(Path, Question(extra: 0x0003, extraSize: 0)));

    [Fact]
    public void A_wrong_fingerprint_or_another_method_gets_nothing()
    {
        var wrong = Question(fingerprint: true);
        wrong[^1] ^= 1;
        Assert.Equal(MediaDropReason.StunMalformed, Ask(Path, wrong));
        Assert.Equal(MediaDropReason.StunNotBinding, Ask(Path, Question(StunMethod.Allocate)));
        Assert.Equal(0, _outbox.Count);
    }

    [Fact]
    public void One_source_has_an_allowance_for_each_second_and_others_have_theirs()
    {
        Assert.Equal(StunResponder.AnswersPerSourceAndSecond, CountAnswers(PathOf("203.0.113.1"), 1_000));
        Assert.Equal(0, CountAnswers(PathOf("203.0.113.1", 7), 10)); // another port is the same source
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(10, CountAnswers(PathOf("203.0.113.1"), 10));
    }

    [Fact]
    public void All_sources_together_have_an_allowance_too()
    {
        var answers = 0;
        for (var i = 0; i < 10_000; i++) answers += CountAnswers(PathOf($"10.0.{i / 250}.{i % 250}"), 1);
        Assert.Equal(StunResponder.AnswersPerSecond, answers);
    }

    private int CountAnswers(NetworkPath path, int questions)
    {
        var answers = 0;
        for (var i = 0; i < questions; i++)
        {
            if (Ask(path, Question()) == MediaDropReason.None) answers++;
        }

        return answers;
    }

    private MediaDropReason Ask(NetworkPath path, byte[] question)
    {
        _outbox.Clear();
        Assert.True(StunMessage.TryParse(question, out var message));
        Assert.True(StunResponder.IsFor(message));
        return _responder.Answer(_now, path, message, question.Length, _outbox);
    }

    private static NetworkPath PathOf(string ip, ushort port = 40_000) => new(TransportAddress.From(IPAddress.Parse(ip), port), default);

    internal static byte[] Question(StunMethod method = StunMethod.Binding, bool fingerprint = false, ushort extra = 0, int extraSize = 0)
    {
        var writer = new StunWriter(new byte[128], StunClass.Request, method, "transaction1"u8);
        if (extra != 0) writer.AddAttribute((StunAttributeType)extra, new byte[extraSize]);
        if (extraSize > 0) writer.AddAttribute(StunAttributeType.Software, "something"u8);
        if (fingerprint) writer.AddFingerprint();
        return writer.Written.ToArray();
    }
}
