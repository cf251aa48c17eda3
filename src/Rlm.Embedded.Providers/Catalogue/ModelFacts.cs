namespace Rlm.Embedded.Providers;

/// <summary>What is known about a model beforehand. Prices are list prices in US dollars for a million tokens.</summary>
/// <param name="Model">The model, as its maker names it.</param>
/// <param name="ContextWindow">How many tokens the model can take in.</param>
/// <param name="MaxOutput">How many tokens it can answer.</param>
/// <param name="InputPrice">For input.</param>
/// <param name="CachedInputPrice">For input the provider has cached.</param>
/// <param name="OutputPrice">For output, reasoning included.</param>
/// <param name="PricesAsOf">When its maker listed these prices.</param>
public sealed record ModelFacts(
    string Model, int ContextWindow, int MaxOutput, decimal InputPrice, decimal CachedInputPrice, decimal OutputPrice, DateOnly PricesAsOf)
{
    /// <summary>The models that are known. Prices change: this is a starting point, and a caller's own table should win.</summary>
    public static IReadOnlyList<ModelFacts> All => KnownModels.All;

    /// <summary>Looks a model up, whichever provider serves it.</summary>
    /// <param name="name">
    /// <c>gpt-5-mini</c>, <c>openai/gpt-5-mini</c>, <c>openrouter/anthropic/claude-sonnet-4.5</c>; a date or version at the end
    /// (<c>-2025-08-07</c>, <c>-20250929</c>, <c>-v1:0</c>) is passed over.
    /// </param>
    /// <returns>The facts, or null when the model is not known.</returns>
    public static ModelFacts? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return KnownModels.Find(name);
    }

    /// <summary>The list price of a call.</summary>
    /// <param name="inputTokens">Tokens taken in, cached ones among them.</param>
    /// <param name="cachedInputTokens">Tokens of the input that were cached.</param>
    /// <param name="outputTokens">Tokens answered.</param>
    /// <returns>US dollars.</returns>
    public decimal Cost(long inputTokens, long cachedInputTokens, long outputTokens) =>
        (((inputTokens - cachedInputTokens) * InputPrice) + (cachedInputTokens * CachedInputPrice) + (outputTokens * OutputPrice)) / 1_000_000m;
}
