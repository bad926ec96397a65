namespace Tertulia.Storage;

/// <param name="Plan">The name of a plan; which limits it has is configuration.</param>
public sealed record AccountRecord(string Id, string Name, string Plan, DateTimeOffset CreatedAt);

public sealed class AccountStore(Database database)
{
    /// <summary>Stores a new account; false if the id is taken.</summary>
    public async Task<bool> InsertAsync(AccountRecord account, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "INSERT INTO accounts (id, name, plan, created_at) VALUES (@Id, @Name, @Plan, @createdAt) ON CONFLICT (id) DO NOTHING",
            new { account.Id, account.Name, account.Plan, createdAt = Timestamps.ToStored(account.CreatedAt) },
            cancellation) == 1;

    public Task<AccountRecord?> FindAsync(string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var row = await session.QueryFirstAsync<Row>("SELECT id, name, plan, created_at FROM accounts WHERE id = @id", new { id });
                return row is null ? null : new AccountRecord(row.Id, row.Name, row.Plan, Timestamps.FromStored(row.CreatedAt));
            },
            cancellation);

    public Task SetPlanAsync(string id, string plan, CancellationToken cancellation = default) =>
        database.ExecuteAsync("UPDATE accounts SET plan = @plan WHERE id = @id", new { id, plan }, cancellation);

    /// <summary>The names of all plans that some account is on.</summary>
    public Task<IReadOnlyList<string>> PlansAsync(CancellationToken cancellation = default) =>
        database.ReadAsync(session => session.QueryAsync<string>("SELECT DISTINCT plan FROM accounts"), cancellation);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Plan { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}
