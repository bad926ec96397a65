using Microsoft.Data.Sqlite;
using Npgsql;

namespace Tertulia.Storage.Engines;

/// <summary>Which database a configuration value means.</summary>
/// <param name="Description">For messages: never contains a password.</param>
internal sealed record DatabaseTarget(bool IsPostgres, string ConnectionString, string Description)
{
    public static DatabaseTarget Parse(string? value, string dataDirectory)
    {
        if (string.IsNullOrWhiteSpace(value)) return Sqlite(Path.Combine(dataDirectory, "tertulia.db"));
        if (value.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) ||
            value.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)) return FromUrl(value);
        if (!value.Contains('=')) return Sqlite(Path.Combine(dataDirectory, value));
        try
        {
            if (IsSqlite(value)) return Sqlite(Path.Combine(dataDirectory, new SqliteConnectionStringBuilder(value).DataSource));
            return Postgres(new NpgsqlConnectionStringBuilder(value));
        }
        catch (ArgumentException e)
        {
            throw Unreadable(e);
        }
    }

    private static bool IsSqlite(string value)
    {
        var parts = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = value };
        return parts.ContainsKey("Data Source") || parts.ContainsKey("DataSource") || parts.ContainsKey("Filename");
    }

    private static DatabaseTarget Sqlite(string file) =>
        new(false, file, $"SQLite database '{file}'");

    private static DatabaseTarget Postgres(NpgsqlConnectionStringBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Host)) throw Unreadable(null);
        builder.ApplicationName ??= "tertulia";
        return new(true, builder.ConnectionString, $"PostgreSQL database '{builder.Database}' on {builder.Host}:{builder.Port}");
    }

    private static DatabaseTarget FromUrl(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Host.Length == 0) throw Unreadable(null);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host };
        if (url.Port > 0) builder.Port = url.Port;
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        if (url.AbsolutePath.Length > 1) builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        if (url.Query.Contains("sslmode=require", StringComparison.OrdinalIgnoreCase)) builder.SslMode = SslMode.Require;
        return Postgres(builder);
    }

    private static StorageException Unreadable(Exception? inner)
    {
        const string Message = "Database must be a PostgreSQL connection string (Host=…;Database=…;Username=…;Password=…) " +
            "or URL (postgresql://user:password@host/database), or Data Source=FILE for SQLite";
        return inner is null ? new StorageException(Message) : new StorageException($"{Message}: {inner.Message}", inner);
    }
}
