using System.Text.Json;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpRoundTripTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Converters = { new ParametersAsList() } };

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        var property = Prop.ForAll(SdpGenerators.Sessions, session =>
        {
            var text = SdpWriter.Write(session);
            Assert.True(SdpParser.TryParse(text, out var read, out var error), error.ToString());
            Assert.Equal(Everything(session), Everything(read));
            Assert.Equal(text, SdpWriter.Write(read));
        });
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Theory]
    [MemberData(nameof(SdpSamples.All), MemberType = typeof(SdpSamples))]
    public void Recorded_descriptions_lose_nothing_that_the_model_knows(string name)
    {
        var session = SdpSamples.Load(name);
        Assert.Equal(Everything(session), Everything(SdpSamples.Parse(SdpWriter.Write(session))));
    }

    /// <summary>All members as text: records compare their lists by reference.</summary>
    private static string Everything(SessionDescription session) => JsonSerializer.Serialize(session, Indented);

    private sealed class ParametersAsList : JsonConverter<FormatParameters>
    {
        public override FormatParameters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, FormatParameters value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Items, options);
    }
}
