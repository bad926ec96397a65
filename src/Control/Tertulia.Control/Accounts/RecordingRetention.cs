using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

/// <summary>Holds recordings to the days that the plan of their account keeps them: what is older is deleted, not hidden.</summary>
public sealed class RecordingRetention(RecordingExpiry recordings, AccountStore accounts, PlanCatalog plans, TimeProvider time)
{
    /// <summary>Returns the number of files that are to be deleted.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation = default)
    {
        var (deleted, now) = (0, time.GetUtcNow());
        foreach (var plan in await accounts.PlansAsync(cancellation))
        {
            if (plans.Find(plan).RecordingDays is not { } days) continue;
            deleted += await recordings.ExpireAsync(plan, now - TimeSpan.FromDays(days), now, cancellation);
        }
        return deleted;
    }
}
