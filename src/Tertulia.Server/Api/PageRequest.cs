using System.Globalization;
using System.Reflection;
using Tertulia.Contracts.Rest;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary><c>?limit=</c> (1 to 100, 50 unless said otherwise) and <c>?cursor=</c> of a list.</summary>
internal sealed record PageRequest(int Limit, Cursor? After) : IBindableFromHttpContext<PageRequest>
{
    public const int UsualLimit = 50;
    public const int MostLimit = 100;

    public static ValueTask<PageRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = context.Request.Query;
        var limit = UsualLimit;
        if (query.TryGetValue("limit", out var limitText) &&
            (!int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostLimit))
        {
            throw ApiProblem.InvalidField("limit", $"Must be a whole number from 1 to {MostLimit}.");
        }
        Cursor? after = null;
        if (query.TryGetValue("cursor", out var cursorText) && cursorText.ToString() is { Length: > 0 } text)
        {
            after = Cursor.TryParse(text, out var cursor) ? cursor : throw ApiProblem.InvalidField("cursor", "Must be the nextCursor of an earlier page.");
        }
        return ValueTask.FromResult<PageRequest?>(new(limit, after));
    }

    public static Page<TView> ToPage<TRecord, TView>(Slice<TRecord> slice, Func<TRecord, TView> view) =>
        new([.. slice.Items.Select(view)], slice.Next?.ToString());
}
