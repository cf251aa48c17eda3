namespace Rlm.Embedded.Models;

/// <summary>What a model costs, in US dollars for a million tokens.</summary>
/// <param name="Input">For input.</param>
/// <param name="CachedInput">For input the provider has cached.</param>
/// <param name="Output">For output, reasoning included.</param>
public sealed record ModelPrice(decimal Input, decimal CachedInput, decimal Output)
{
    private const decimal Million = 1_000_000m;

    /// <summary>The price of a call.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <returns>US dollars.</returns>
    public decimal Cost(TokenUsage tokens) =>
        (((tokens.Input - tokens.CachedInput) * Input) + (tokens.CachedInput * CachedInput) + (tokens.Output * Output)) / Million;
}
