namespace Rlm.Embedded;

/// <summary>What a run used, its sub-calls and children included.</summary>
public sealed record RlmUsage
{
    /// <summary>Calls to any model, failed ones included.</summary>
    public int Calls { get; init; }

    /// <summary>Sub-calls that model code made, each slot of a batch counted, children counted once each; those refused before a model was called included.</summary>
    public int SubCalls { get; init; }

    /// <summary>Calls that ended in an exception.</summary>
    public int FailedCalls { get; init; }

    /// <summary>Calls whose tokens the provider did not report: they are missing from <see cref="Tokens"/>.</summary>
    public int UnreportedCalls { get; init; }

    /// <summary>Calls that were answered from a cache: they cost nothing.</summary>
    public int CachedCalls { get; init; }

    /// <summary>US dollars, the sum of what providers stated; null when none did. Calls whose provider does not say are missing from it.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Tokens of all models.</summary>
    public TokenUsage Tokens { get; init; }

    /// <summary>The same by model. A key is the name a model is registered under, else its model id.</summary>
    public IReadOnlyDictionary<string, ModelUsage> Models { get; init; } = new Dictionary<string, ModelUsage>();
}
