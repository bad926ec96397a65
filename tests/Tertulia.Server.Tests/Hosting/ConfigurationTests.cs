using Microsoft.Extensions.Configuration;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Tests.Hosting;

public sealed class ConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-options-").FullName;

    [Theory]
    [InlineData("Media:UdpPort", "abc", "Tertulia:Media:UdpPort must be a whole number from 0 to 65535, but is 'abc'.")]
    [InlineData("Media:UdpPort", "70000", "Tertulia:Media:UdpPort must be a whole number from 0 to 65535, but is '70000'.")]
    [InlineData("Media:UdpPort", "65535", "Tertulia:Media:UdpPort leaves no room for the ports of 4 media loops, which follow it.")]
    [InlineData("Media:Loops", "0", "Tertulia:Media:Loops must be a whole number from 1 to 256, but is '0'.")]
    [InlineData("Media:ConsentTimeoutSeconds", "31", "Tertulia:Media:ConsentTimeoutSeconds must be a whole number from 5 to 30, but is '31'.")]
    [InlineData("Media:AdvertisedAddresses", "192.0.2.1, home", "Tertulia:Media:AdvertisedAddresses must be a list of IP addresses, but has 'home'.")]
    [InlineData("ApiKey", "short", "Tertulia:ApiKey must have 16 to 256 visible ASCII characters and no spaces.")]
    [InlineData("PublicUrl", "meet.example.org", "Tertulia:PublicUrl must be an http or https address without a path, such as https://meet.example.org, but is 'meet.example.org'.")]
    [InlineData("PublicUrl", "https://example.org/meet", "Tertulia:PublicUrl must be an http or https address without a path, such as https://meet.example.org, but is 'https://example.org/meet'.")]
    [InlineData("PublicUrl", "ftp://example.org", "Tertulia:PublicUrl must be an http or https address without a path, such as https://meet.example.org, but is 'ftp://example.org'.")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "proxy", "Tertulia:ForwardedHeaders:KnownProxies must be a list of addresses or networks such as 10.0.0.0/8, but has 'proxy'.")]
    [InlineData("RateLimits:PublicCallsPerMinute", "-1", "Tertulia:RateLimits:PublicCallsPerMinute must be a whole number from 1 to 2147483647, but is '-1'.")]
    [InlineData("Plans:free:ApiCallsPerMonth", "many", "Tertulia:Plans:free:ApiCallsPerMonth must be a whole number from 0 to 2147483647, but is 'many'.")]
    [InlineData("DefaultPlan", "gold", "Tertulia:DefaultPlan must be the name of a plan, but is 'gold'.")]
    [InlineData("Plans:free:Recording", "maybe", "Tertulia:Plans:free:Recording must be true or false, but is 'maybe'.")]
    public void A_mistake_is_named_with_what_is_wanted(string name, string value, string message)
    {
        var error = Assert.Throws<StartupException>(() => Read(("Media:Loops", "4"), (name, value)));

        Assert.Equal([message], error.Messages);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var error = Assert.Throws<StartupException>(() => Read(("ApiKey", "x"), ("PublicUrl", "y"), ("Media:Loops", "z")));

        Assert.Equal(3, error.Messages.Count);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_mistake()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<StartupException>(() => Read(("DataDirectory", Path.Combine(file, "below"))));

        Assert.StartsWith("Tertulia:DataDirectory must be a folder that this user may write to", error.Messages.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_well_is_understood()
    {
        var (options, warnings) = Read(
            ("Media:UdpPort", "5000"), ("Media:Loops", "3"), ("Media:ConsentTimeoutSeconds", "30"),
            ("Media:AdvertisedAddresses:0", "192.0.2.1"), ("Media:AdvertisedAddresses:1", "2001:db8::1"),
            ("PublicUrl", "https://meet.example.org:8443/"), ("ForwardedHeaders:KnownProxies", "10.0.0.0/8,192.0.2.7"),
            ("Plans:school:ParticipantsPerMeeting", "30"), ("Plans:free:ApiCallsPerMonth", "7"), ("Database", "Host=db"));

        Assert.Empty(warnings);
        Assert.Equal((5000, 3, TimeSpan.FromSeconds(30)), (options.Media.UdpPort, options.Media.Loops, options.Media.ConsentTimeout));
        Assert.Equal(["192.0.2.1", "2001:db8::1"], options.Media.AdvertisedAddresses!.Select(address => address.ToString()));
        Assert.Equal("meet.example.org", options.PublicUrl!.Host);
        Assert.Equal(["10.0.0.0/8", "192.0.2.7/32"], options.KnownProxies.Select(network => network.ToString()));
        Assert.Equal(30, options.Plans.Single(plan => plan.Name == "school").ParticipantsPerMeeting);
        var free = options.Plans.Single(plan => plan.Name == "free");
        Assert.Equal((7, 10), (free.ApiCallsPerMonth, free.ParticipantsPerMeeting));
    }

    [Fact]
    public void Without_configuration_there_are_good_defaults()
    {
        var (options, _) = Read();

        Assert.Equal(Path.Combine(_folder, "data"), options.DataDirectory);
        Assert.Null(options.Media.UdpPort);
        Assert.Null(options.Media.AdvertisedAddresses);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Media.ConsentTimeout);
        Assert.Empty(options.KnownProxies);
    }

    [Fact]
    public void Misspelled_names_are_pointed_out()
    {
        var (_, warnings) = Read(("DataDir", "x"), ("Media:Port", "5"));

        Assert.Equal(["Tertulia:DataDir is no setting of this version and is ignored.", "Tertulia:Media:Port is no setting of this version and is ignored."], warnings);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (TertuliaOptions Options, IReadOnlyList<string> Warnings) Read(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings) values[$"Tertulia:{name}"] = value;
        return OptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), _folder);
    }
}
