using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Models;

/// <summary>What a model costs, in US dollars for a million tokens. Prices are from 0 to 1,000,000,000; others are refused with <see cref="ArgumentOutOfRangeException"/>.</summary>
/// <param name="Input">For input.</param>
/// <param name="CachedInput">For input the provider has cached.</param>
/// <param name="Output">For output, reasoning included.</param>
public sealed record ModelPrice(decimal Input, decimal CachedInput, decimal Output)
{
    private const decimal Million = 1_000_000m;

    /// <summary>For input.</summary>
    public decimal Input
    {
        get;
        init => field = OptionRange.Price(value, nameof(ModelPrice));
    }
    = OptionRange.Price(Input, nameof(ModelPrice), nameof(Input));

    /// <summary>For input the provider has cached.</summary>
    public decimal CachedInput
    {
        get;
        init => field = OptionRange.Price(value, nameof(ModelPrice));
    }
    = OptionRange.Price(CachedInput, nameof(ModelPrice), nameof(CachedInput));

    /// <summary>For output, reasoning included.</summary>
    public decimal Output
    {
        get;
        init => field = OptionRange.Price(value, nameof(ModelPrice));
    }
    = OptionRange.Price(Output, nameof(ModelPrice), nameof(Output));

    /// <summary>The price of a call.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <returns>US dollars.</returns>
    public decimal Cost(TokenUsage tokens) =>
        (((tokens.Input - tokens.CachedInput) * Input) + (tokens.CachedInput * CachedInput) + (tokens.Output * Output)) / Million;
}
