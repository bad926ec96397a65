using Tertulia.Simulation.Sweep;

namespace Tertulia.Sfu.Tests.Sweep;

/// <summary>The scenarios of the sweep that say most in the least time; all of them are played by tests/Tertulia.Sweep.</summary>
public sealed class QuickScenarios
{
    private static readonly List<Scenario> Quick = [.. ScenarioFiles.Load().SelectMany(group => group.Scenarios).Where(scenario => scenario.Quick)];

    public static TheoryData<string> Names => [.. Quick.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Hold_their_bars(string name)
    {
        var outcome = ScenarioRun.Play(Quick.Single(scenario => scenario.Name == name));
        Assert.NotEmpty(outcome.Bars);
        Assert.All(outcome.Bars, bar => Assert.True(bar.Holds, $"{bar.Bar.Measure} is {bar.Value:F2}, must be at least {bar.Bar.AtLeast}, at most {bar.Bar.AtMost}"));
    }
}
