using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Providers;

/// <summary>How to reach a model. Everything is optional: what is not given comes from the provider's environment variables and defaults. A number or time
/// that makes no sense is refused where it is set, with <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed class ModelOptions
{
    /// <summary>
    /// Address of the API, for example <c>http://localhost:8000/v1</c>. It wins over the provider's name: see
    /// <see cref="ModelCatalog.Create"/>.
    /// </summary>
    public string? BaseUrl { get; init; }

    /// <summary>The key. Never written to a log, a trajectory or an exception.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The longest wait for a whole answer or, when it is streamed, for its next piece. At most 24 days, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for any. Default 3 minutes.</summary>
    public TimeSpan Timeout
    {
        get;
        init => field = value == System.Threading.Timeout.InfiniteTimeSpan
            ? value
            : OptionRange.Positive(value, nameof(ModelOptions), "Give Timeout.InfiniteTimeSpan for no limit.", TimeSpan.FromDays(24))!.Value;
    }
    = TimeSpan.FromMinutes(3);

    /// <summary>How often a call that failed in passing (HTTP 408, 429, 5xx, no connection) is sent again; 0 for never. Default 2.</summary>
    public int MaxRetries
    {
        get;
        init => field = OptionRange.AtLeast(value, 0, nameof(ModelOptions))!.Value;
    }
    = 2;

    /// <summary>
    /// Called before a call is sent again, with the failure, the number of the retry (from 1) and the wait before it; null, the default,
    /// for nobody. Calls come from any thread, several at once.
    /// </summary>
    public Action<ModelCallException, int, TimeSpan>? OnRetry { get; init; }

    /// <summary>How many calls may be in flight at once, at least 1; null, the default, for any number.</summary>
    public int? MaxConcurrency
    {
        get;
        init => field = OptionRange.AtLeast(value, 1, nameof(ModelOptions), "Give null for any number.");
    }

    /// <summary>How many calls may begin in a minute, at least 1; null, the default, for any number.</summary>
    public int? RequestsPerMinute
    {
        get;
        init => field = OptionRange.AtLeast(value, 1, nameof(ModelOptions), "Give null for any number.");
    }

    /// <summary>Which API to speak to OpenAI, Azure OpenAI and compatible servers; others have their own. Default chat completions.</summary>
    public ModelApi Api { get; init; }

    /// <summary>Headers to send with every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Fields to add to the body of every request, for what a server knows beyond the API. They win over what the adapter writes.</summary>
    public IReadOnlyDictionary<string, object?> BodyFields { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>The client that carries the requests, or null for a shared one. The caller keeps it and disposes of it.</summary>
    public HttpClient? HttpClient { get; init; }
}
