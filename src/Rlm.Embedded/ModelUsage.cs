namespace Rlm.Embedded;

/// <summary>What one model was used for.</summary>
/// <param name="Calls">Calls made, failed ones included.</param>
/// <param name="FailedCalls">Calls that ended in an exception.</param>
/// <param name="UnreportedCalls">Calls whose tokens the provider did not report, failed ones included.</param>
/// <param name="Tokens">Tokens of all calls, estimates included.</param>
public sealed record ModelUsage(int Calls, int FailedCalls, int UnreportedCalls, TokenUsage Tokens)
{
    /// <summary>Calls that were answered from a cache: they cost nothing.</summary>
    public int CachedCalls { get; init; }

    /// <summary>The part of the tokens that is an estimate, from the length of the texts, because the provider reported nothing.</summary>
    public TokenUsage EstimatedTokens { get; init; }

    /// <summary>US dollars: what the provider stated, else by its price; null when no call's cost is known.</summary>
    public decimal? Cost { get; init; }
}
