using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

/// <summary>Holds transcripts to the days that the plan of their account keeps them: what is older is deleted, not hidden.</summary>
public sealed class TranscriptRetention(TranscriptStore transcripts, AccountStore accounts, PlanCatalog plans, TimeProvider time)
{
    /// <summary>Returns the number of lines that were deleted.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation = default)
    {
        var deleted = 0;
        foreach (var plan in await accounts.PlansAsync(cancellation))
        {
            if (plans.Find(plan).TranscriptDays is not { } days) continue;
            deleted += await transcripts.DeleteExpiredAsync(plan, time.GetUtcNow() - TimeSpan.FromDays(days), cancellation);
        }
        return deleted;
    }
}
