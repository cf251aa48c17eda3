namespace Rlm.Embedded;

/// <summary>Tokens as a provider reported them.</summary>
/// <param name="Input">Tokens sent, cached ones included.</param>
/// <param name="Output">Tokens received, reasoning included.</param>
/// <param name="CachedInput">The part of <paramref name="Input"/> read from the provider's cache.</param>
/// <param name="Reasoning">The part of <paramref name="Output"/> spent on reasoning.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenUsage(long Input, long Output, long CachedInput = 0, long Reasoning = 0)
{
    /// <summary>Input and output together.</summary>
    public long Total => Input + Output;

    /// <summary>The sum of two usages.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => left.Add(right);

    /// <summary>The sum of this and another usage.</summary>
    /// <param name="other">The other.</param>
    public TokenUsage Add(TokenUsage other) =>
        new(Input + other.Input, Output + other.Output, CachedInput + other.CachedInput, Reasoning + other.Reasoning);
}
