namespace Rlm.Embedded;

/// <summary>What one model was used for.</summary>
/// <param name="Calls">Calls made, failed ones included.</param>
/// <param name="FailedCalls">Calls that ended in an exception.</param>
/// <param name="UnreportedCalls">Calls whose tokens the provider did not report: they are missing from <paramref name="Tokens"/>.</param>
/// <param name="Tokens">Tokens of all calls.</param>
public sealed record ModelUsage(int Calls, int FailedCalls, int UnreportedCalls, TokenUsage Tokens)
{
    /// <summary>Calls that were answered from a cache: they cost nothing.</summary>
    public int CachedCalls { get; init; }

    /// <summary>US dollars, where the provider states what calls cost; null when it never did.</summary>
    public decimal? Cost { get; init; }
}
