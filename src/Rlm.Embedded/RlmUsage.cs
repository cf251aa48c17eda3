namespace Rlm.Embedded;

/// <summary>What a run used, its sub-calls and children included.</summary>
public sealed record RlmUsage
{
    /// <summary>Calls to any model, failed ones included.</summary>
    public int Calls { get; init; }

    /// <summary>Sub-calls that model code made, each slot of a batch counted, children counted once each; those that name no registered model included.</summary>
    public int SubCalls { get; init; }

    /// <summary>Sub-calls that a limit refused; not among <see cref="SubCalls"/>.</summary>
    public int RefusedSubCalls { get; init; }

    /// <summary>Calls that ended in an exception. What they may have cost is not known and not in the sums.</summary>
    public int FailedCalls { get; init; }

    /// <summary>Calls whose tokens the provider did not report, failed ones included. For those that gave a reply see <see cref="EstimatedTokens"/>.</summary>
    public int UnreportedCalls { get; init; }

    /// <summary>Calls that were answered from a cache: they cost nothing.</summary>
    public int CachedCalls { get; init; }

    /// <summary>Calls that gave a reply and whose cost nobody knows: they are missing from <see cref="Cost"/>.</summary>
    public int UnpricedCalls { get; init; }

    /// <summary>US dollars: what providers stated, else by <see cref="RlmOptions.Prices"/> and list prices; null when no call's cost is known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Tokens of all models, estimates included.</summary>
    public TokenUsage Tokens { get; init; }

    /// <summary>The part of <see cref="Tokens"/> that counts against <see cref="RlmOptions.MaxRootTokens"/>: the calls of the run's own loop. Nothing of a child's.</summary>
    public TokenUsage RootTokens { get; init; }

    /// <summary>The part of <see cref="Tokens"/> that counts against <see cref="RlmOptions.MaxSubTokens"/>: sub-calls, and all calls of children. With <see cref="RootTokens"/> it is all.</summary>
    public TokenUsage SubTokens { get; init; }

    /// <summary>The part of <see cref="Tokens"/> that is an estimate, from the length of the texts, because the provider reported nothing.</summary>
    public TokenUsage EstimatedTokens { get; init; }

    /// <summary>The same by model. A key is the name a model is registered under, else its model id.</summary>
    public IReadOnlyDictionary<string, ModelUsage> Models { get; init; } = new Dictionary<string, ModelUsage>();
}
