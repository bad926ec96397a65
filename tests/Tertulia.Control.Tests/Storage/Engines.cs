using System.Reflection;
using Xunit.Sdk;

namespace Tertulia.Control.Tests.Storage;

public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>Runs a theory on SQLite.</summary>
public sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Engine.Sqlite]];
}

/// <summary>Runs a theory on PostgreSQL, where it is installed.</summary>
public sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute()
    {
        if (!PostgresServer.IsAvailable) Skip = "PostgreSQL is not installed";
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Engine.Postgres]];
}
