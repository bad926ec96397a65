using Tertulia.Control.Webhooks;

namespace Tertulia.Control.Tests.Webhooks;

public sealed class WebhookSecretTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    /// <summary>The example that the Standard Webhooks libraries are tested with.</summary>
    [Fact]
    public void Signatures_are_those_of_the_published_example() =>
        Assert.Equal(Signature, WebhookSecret.Sign(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Body));

    [Fact]
    public void The_receiver_of_these_tests_agrees_with_the_published_example()
    {
        var received = new ReceivedWebhook("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", $"v1,bm90IHRoaXM= {Signature}", Body);
        Assert.True(received.IsSignedWith(Secret));
        Assert.False((received with { Timestamp = "1614265331" }).IsSignedWith(Secret));
        Assert.False((received with { Body = Body + " " }).IsSignedWith(Secret));
        Assert.False(received.IsSignedWith(WebhookSecret.New()));
    }

    [Fact]
    public void Secrets_are_new_and_long_enough()
    {
        var secret = WebhookSecret.New();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret[6..]).Length);
        Assert.NotEqual(secret, WebhookSecret.New());
    }
}
