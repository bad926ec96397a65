namespace Tertulia.Server.Hosting;

/// <summary>The server cannot start; the messages tell its operator what to change.</summary>
public sealed class StartupException(IReadOnlyList<string> messages) : Exception(string.Join(Environment.NewLine, messages))
{
    public StartupException(string message) : this([message])
    {
    }

    public IReadOnlyList<string> Messages { get; } = messages;
}
