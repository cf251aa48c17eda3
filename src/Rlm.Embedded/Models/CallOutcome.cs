namespace Rlm.Embedded.Models;

/// <summary>What came of a call that was to be made: a reply, or the limit that refused it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CallOutcome
{
    /// <summary>The reply.</summary>
    public ModelReply? Reply { get; init; }

    /// <summary>Why nothing was sent.</summary>
    public LimitReached? Refused { get; init; }

    /// <summary>What was settled: the provider's figures, else estimates.</summary>
    public TokenUsage Tokens { get; init; }

    /// <summary>US dollars, or null when nobody knows.</summary>
    public decimal? Cost { get; init; }
}
