namespace Rlm.Embedded.Models;

/// <summary>What is known about a model beforehand.</summary>
/// <param name="Model">The model, as its maker names it.</param>
/// <param name="ContextWindow">How many tokens the model can take in.</param>
/// <param name="MaxOutput">How many tokens it can answer.</param>
/// <param name="Price">Its list price.</param>
/// <param name="PricesAsOf">When its maker listed this price.</param>
/// <param name="Source">Where its maker lists it.</param>
public sealed record ModelFacts(string Model, int ContextWindow, int MaxOutput, ModelPrice Price, DateOnly PricesAsOf, Uri Source)
{
    /// <summary>The models that are known. Prices change: this is a starting point, and <see cref="RlmOptions.Prices"/> wins.</summary>
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
}
