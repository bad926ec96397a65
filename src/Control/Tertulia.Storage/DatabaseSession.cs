using System.Data.Common;
using Dapper;

namespace Tertulia.Storage;

/// <summary>One connection, with its transaction if it writes. Parameters are written <c>@name</c>.</summary>
public sealed class DatabaseSession
{
    private readonly DbConnection _connection;
    private readonly DbTransaction? _transaction;

    static DatabaseSession() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    internal DatabaseSession(DbConnection connection, DbTransaction? transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        _connection.ExecuteAsync(sql, parameters, _transaction);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await _connection.QueryAsync<T>(sql, parameters, _transaction)).AsList();

    public Task<T?> QueryFirstAsync<T>(string sql, object? parameters = null) =>
        _connection.QueryFirstOrDefaultAsync<T>(sql, parameters, _transaction);
}
