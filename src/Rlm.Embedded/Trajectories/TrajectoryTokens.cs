namespace Rlm.Embedded.Trajectories;

/// <summary>Tokens as the provider reported them.</summary>
/// <param name="Input">Tokens sent, cached ones included.</param>
/// <param name="Output">Tokens received, reasoning included.</param>
/// <param name="CachedInput">The part of <paramref name="Input"/> read from the provider's cache.</param>
/// <param name="Reasoning">The part of <paramref name="Output"/> spent on reasoning.</param>
public sealed record TrajectoryTokens(long Input, long Output, long CachedInput, long Reasoning)
{
    internal static TrajectoryTokens? Of(TokenUsage? tokens) =>
        tokens is { } known ? new TrajectoryTokens(known.Input, known.Output, known.CachedInput, known.Reasoning) : null;
}
