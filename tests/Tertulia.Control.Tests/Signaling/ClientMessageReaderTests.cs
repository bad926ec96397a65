using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Tests.Signaling;

public sealed class ClientMessageReaderTests
{
    [Fact]
    public void Every_type_is_read()
    {
        Assert.Equal(new ClientChat("hi", null), Read("""{"type":"chat","text":"hi"}"""));
        Assert.Equal(new ClientChat("hi", "p1"), Read("""{"to":"p1","text":"hi","type":"chat"}"""));
        Assert.Equal(new ClientReaction("🎉"), Read("""{"type":"reaction","emoji":"🎉"}"""));
        Assert.Equal(new ClientHand(true), Read("""{"type":"hand","raised":true}"""));
        Assert.Equal(new ClientTrack("screen-audio", true, false), Read("""{"type":"track","source":"screen-audio","muted":true}"""));
        Assert.Equal(new ClientTrack("screen", false, true), Read("""{"type":"track","source":"screen","removed":true}"""));
        Assert.Equal(new ClientMuteRequest("p1", "camera"), Read("""{"type":"mute-request","peerId":"p1","source":"camera"}"""));
        Assert.Equal(new ClientRemove("p1"), Read("""{"type":"remove","peerId":"p1"}"""));
        Assert.Equal(new ClientReconnect("down"), Read("""{"type":"reconnect","connection":"down"}"""));
        Assert.IsType<ClientEnd>(Read("""{"type":"end"}"""));
        Assert.IsType<ClientLeave>(Read("""{"type":"leave"}"""));
        Assert.Equal(new ClientAnswer("sfu", "down", "v=0"), Read("""{"type":"answer","to":"sfu","connection":"down","sdp":{"type":"answer","sdp":"v=0"}}"""));
        Assert.Equal(
            new ClientCandidate("p1", null, new IceCandidateInit("candidate:1", "0", 0, "u")),
            Read("""{"type":"ice-candidate","to":"p1","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"u"}}"""));
        Assert.Equal(new ClientCandidate("p1", null, null), Read("""{"type":"ice-candidate","to":"p1","candidate":null}"""));
        var view = Assert.IsType<ClientView>(Read("""{"type":"view","items":[{"peerId":"p1","source":"camera","width":319.5,"height":180}]}"""));
        Assert.Equal(new ViewItem("p1", "camera", 320, 180), Assert.Single(view.Items));
        var offer = Assert.IsType<ClientOffer>(Read(
            """{"type":"offer","to":"sfu","connection":"up","sdp":{"type":"offer","sdp":"v=0"},"tracks":[{"mid":"0","source":"camera"}]}"""));
        Assert.Equal(new OfferedTrack("0", "camera"), Assert.Single(offer.Tracks!));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"seven\"")]
    public void A_ping_keeps_its_id_as_it_came(string id) =>
        Assert.Equal(id, Assert.IsType<ClientPing>(Read($$"""{"type":"ping","id":{{id}}}""")).Id!.Value.GetRawText());

    [Theory]
    [InlineData("""{"type":"telepathy","text":1}""")]
    [InlineData("""{"type":"welcome"}""")]
    [InlineData("""{"type":""}""")]
    public void Types_that_are_not_known_are_ignored(string json) => Assert.Equal((null, null), ClientMessageReader.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Fields_that_are_not_known_are_ignored() =>
        Assert.Equal(new ClientHand(false), Read("""{"type":"hand","raised":false,"which":"left","nested":{"a":[1,2,{}]}}"""));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"chat\"")]
    [InlineData("{}")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":["chat"]}""")]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"\ud800\ud800":1,"type":"hand","raised":true,}""")]
    [InlineData("""{"type":"chat","text":"a"}{"type":"chat","text":"b"}""")]
    public void What_is_no_message_is_malformed(string json) => Assert.Equal("malformed", Refused(json).Code);

    [Fact]
    public void What_is_no_utf8_or_too_deep_is_malformed()
    {
        byte[] bytes = [.. "{\"type\":\"chat\",\"text\":\""u8, 0xc3, 0x28, .. "\"}"u8];
        Assert.NotNull(ClientMessageReader.Read(bytes).Error);
        Assert.Equal("malformed", Refused("""{"type":"chat","text":""" + new string('[', 1_000) + new string(']', 1_000) + "}").Code);
    }

    [Theory]
    [InlineData("""{"type":"chat"}""", "text")]
    [InlineData("""{"type":"chat","text":7}""", "text")]
    [InlineData("""{"type":"chat","text":""}""", "text")]
    [InlineData("""{"type":"chat","text":" \n "}""", "text")]
    [InlineData("""{"type":"chat","text":"a\u0000b"}""", "text")]
    [InlineData("""{"type":"chat","text":"\ud800"}""", "text")]
    [InlineData("""{"type":"chat","text":"hi","to":["p1"]}""", "to")]
    [InlineData("""{"type":"hand","raised":"yes"}""", "raised")]
    [InlineData("""{"type":"hand"}""", "raised")]
    [InlineData("""{"type":"reaction","emoji":"0123456789012345678901234567890123"}""", "emoji")]
    [InlineData("""{"type":"track","source":"telescope","muted":true}""", "source")]
    [InlineData("""{"type":"track","source":"camera"}""", "muted")]
    [InlineData("""{"type":"offer","sdp":{"type":"offer","sdp":"v=0"}}""", "to")]
    [InlineData("""{"type":"offer","to":"p1"}""", "sdp")]
    [InlineData("""{"type":"offer","to":"p1","sdp":"v=0"}""", "sdp")]
    [InlineData("""{"type":"offer","to":"p1","sdp":{"type":"answer","sdp":"v=0"}}""", "sdp")]
    [InlineData("""{"type":"offer","to":"p1","sdp":{"type":"offer","sdp":[]}}""", "sdp")]
    [InlineData("""{"type":"offer","to":"p1","sdp":{"type":"offer","sdp":""},"connection":"sideways"}""", "connection")]
    [InlineData("""{"type":"offer","to":"p1","sdp":{"type":"offer","sdp":""},"tracks":[{"mid":"0"}]}""", "tracks")]
    [InlineData("""{"type":"offer","to":"p1","sdp":{"type":"offer","sdp":""},"tracks":{}}""", "tracks")]
    [InlineData("""{"type":"ice-candidate","to":"p1","candidate":"candidate:1"}""", "candidate")]
    [InlineData("""{"type":"ice-candidate","to":"p1","candidate":{"candidate":1}}""", "candidate")]
    [InlineData("""{"type":"ice-candidate","to":"p1","candidate":{"candidate":"","sdpMLineIndex":-1}}""", "candidate")]
    [InlineData("""{"type":"view"}""", "items")]
    [InlineData("""{"type":"view","items":[{"peerId":"p1","source":"camera","width":-1,"height":1}]}""", "items")]
    [InlineData("""{"type":"view","items":[7]}""", "items")]
    [InlineData("""{"type":"reconnect"}""", "connection")]
    [InlineData("""{"type":"ping","id":{}}""", "id")]
    public void A_wrong_field_is_named(string json, string field)
    {
        var error = Refused(json);
        Assert.Equal("invalid-field", error.Code);
        Assert.Contains($"\"{field}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{error.Ref}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_where_the_contract_has_them()
    {
        Assert.NotNull(Read($$"""{"type":"chat","text":"{{new string('x', 4_000)}}"}"""));
        Assert.Equal("invalid-field", Refused($$"""{"type":"chat","text":"{{new string('x', 4_001)}}"}""").Code);
        var items = string.Join(',', Enumerable.Repeat("""{"peerId":"p","source":"camera","width":1,"height":1}""", 257));
        Assert.Equal("invalid-field", Refused($$"""{"type":"view","items":[{{items}}]}""").Code);
    }

    [Fact]
    public void Whatever_bytes_come_the_answer_is_no_exception()
    {
        byte[][] seeds =
        [
            .. new[]
            {
                """{"type":"offer","to":"sfu","connection":"up","sdp":{"type":"offer","sdp":"v=0"},"tracks":[{"mid":"0","source":"camera"}]}""",
                """{"type":"view","items":[{"peerId":"p1","source":"camera","width":319.5,"height":180}]}""",
                """{"type":"ice-candidate","to":"p1","candidate":{"candidate":"candidate:1","sdpMid":"\u0041"}}""",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        Prop.ForAll<byte[], int, int>((noise, which, where) =>
        {
            ClientMessageReader.Read(noise);
            var damaged = seeds[Math.Abs(which % seeds.Length)].ToArray();
            for (var i = 0; i < noise.Length && i < 4; i++) damaged[Math.Abs((where + (i * 7)) % damaged.Length)] = noise[i];
            ClientMessageReader.Read(damaged);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static ClientMessage Read(string json)
    {
        var (message, error) = ClientMessageReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(error);
        return Assert.IsAssignableFrom<ClientMessage>(message);
    }

    private static ErrorMessage Refused(string json)
    {
        var (message, error) = ClientMessageReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(message);
        return Assert.IsType<ErrorMessage>(error);
    }
}
