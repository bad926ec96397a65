using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Tertulia.LoadTest.Scenarios;

namespace Tertulia.LoadTest;

/// <summary>What was asked for on the command line.</summary>
internal sealed class CommandLine
{
    public const string Help = """
        Loads a server with simulated WebRTC clients and tells what each forwarded packet cost it.

          dotnet run -c Release --project bench/Tertulia.LoadTest -- SCENARIO… [options]

          --target NAMES      servers to compare, run by run in turn: tertulia,janus   [tertulia]
          --size N            viewers, participants or meetings                        [by scenario]
          --rate X            times the normal frames and packets a second             [1]
          --saturate          the rate at which one core has more than enough to do
          --rounds N          runs of each server; of two and more the first is dropped [1]
          --seconds N         measured in each run                                     [10]
          --warmup N          seconds before that                                      [8]
          --loops N           media threads of our server                              [1]
          --client-loops N    threads of clients                                       [1]
          --address A         of this host; Janus takes no loopback address            [first that is not loopback]
          --server DLL        another build of our server                              [built beside the load test]
          --env NAME=VALUE    for our server, such as DOTNET_gcServer=1; repeatable
          --json FILE, --svg FILE, --markdown FILE
          --at-least N        fails unless every server forwarded N packets a second without loss

        """;

    private readonly Dictionary<string, string> _environment = [];

    public List<Scenario> Scenarios { get; } = [];

    public IReadOnlyList<string> Targets { get; private set; } = ["tertulia"];

    public int Rounds { get; private set; } = 1;

    public string? Json { get; private set; }

    public string? Svg { get; private set; }

    public string? Markdown { get; private set; }

    public double AtLeast { get; private set; }

    private int? Size { get; set; }

    private double? Rate { get; set; }

    private bool Saturates { get; set; }

    private double Seconds { get; set; } = 10;

    private double Warmup { get; set; } = 8;

    private int Loops { get; set; } = 1;

    private int ClientLoops { get; set; } = 1;

    private string? Server { get; set; }

    private IPAddress? Address { get; set; }

    /// <exception cref="ArgumentException">The message says what is wrong.</exception>
    /// <exception cref="FormatException">A number is none.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal)) line.AddScenario(arguments[i]);
            else if (arguments[i] == "--saturate") line.Saturates = true;
            else if (i + 1 < arguments.Length) line.Set(arguments[i], arguments[++i]);
            else throw new ArgumentException($"{arguments[i]} wants a value");
        }

        return line.Scenarios.Count > 0 ? line : throw new ArgumentException("Which scenario?");
    }

    public RunOptions Options(Scenario scenario) => new()
    {
        Scenario = scenario,
        Address = Address ?? OwnAddress(),
        Size = Size ?? scenario.Size,
        Rate = Rate ?? (Saturates ? scenario.Saturating : 1),
        Duration = TimeSpan.FromSeconds(Seconds),
        Warmup = TimeSpan.FromSeconds(Warmup),
        Loops = Loops,
        ClientLoops = ClientLoops,
        Server = Server,
        Environment = _environment,
    };

    private void AddScenario(string name)
    {
        if (name == "all") Scenarios.AddRange(Scenario.All);
        else Scenarios.Add(Scenario.All.FirstOrDefault(scenario => scenario.Name == name) ?? throw new ArgumentException($"There is no scenario '{name}'."));
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--target": Targets = value.Split(','); break;
            case "--size": Size = Whole(value); break;
            case "--rate": Rate = Number(value); break;
            case "--rounds": Rounds = Whole(value); break;
            case "--seconds": Seconds = Number(value); break;
            case "--warmup": Warmup = Number(value); break;
            case "--loops": Loops = Whole(value); break;
            case "--client-loops": ClientLoops = Whole(value); break;
            case "--address": Address = IPAddress.Parse(value); break;
            case "--server": Server = value; break;
            case "--env": _environment[value.Split('=')[0]] = value[(value.IndexOf('=') + 1)..]; break;
            case "--json": Json = value; break;
            case "--svg": Svg = value; break;
            case "--markdown": Markdown = value; break;
            case "--at-least": AtLeast = Number(value); break;
            default: throw new ArgumentException($"There is no option '{name}'.");
        }
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);

    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        .FirstOrDefault(IPAddress.Loopback);
}
