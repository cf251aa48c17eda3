using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>What the engine takes from a model's response.</summary>
/// <param name="Text">Its text; empty when there is none.</param>
/// <param name="Reasoning">Its reasoning parts; empty when there are none.</param>
/// <param name="Tokens">Its tokens, or null where the provider did not say.</param>
internal sealed record ModelReply(string Text, string Reasoning, TokenUsage? Tokens)
{
    /// <summary>The additional property in which a provider's adapter states US dollars.</summary>
    public const string CostKey = "cost";

    private const double MostCost = 1e12;
    private const long MostTokens = 1_000_000_000_000;

    /// <summary>US dollars, or null where the provider did not say.</summary>
    public decimal? Cost { get; init; }

    /// <summary>How it ended.</summary>
    public ReplyEnd End { get; init; }

    /// <summary>The words of a refusal that the provider marked as one, or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>Calls of tools, which nobody has offered.</summary>
    public IReadOnlyList<FunctionCallContent> Calls { get; init; } = [];

    /// <summary>True when no model was asked.</summary>
    public bool FromCache { get; init; }

    public static ModelReply From(ChatResponse response)
    {
        var parts = new ReplyParts();
        foreach (var message in response.Messages)
        {
            foreach (var content in message.Contents)
            {
                parts.Add(content);
            }
        }

        parts.Finish(response.FinishReason);
        return parts.ToReply(TokensOf(response.Usage)) with { Cost = CostOf(response.AdditionalProperties), FromCache = IsFromCache(response.AdditionalProperties) };
    }

    /// <summary>The tokens that a response reports, or null. A negative count, or one no call can have, is none: a sum of such would undo a limit.</summary>
    public static TokenUsage? TokensOf(UsageDetails? usage)
    {
        long? reportedInput = Count(usage?.InputTokenCount);
        long? reportedOutput = Count(usage?.OutputTokenCount);
        long? total = Count(usage?.TotalTokenCount);
        if (reportedInput is null && reportedOutput is null && total is null)
        {
            return null;
        }

        var input = reportedInput ?? 0;
        var output = reportedOutput ?? Math.Max(0, (total ?? 0) - input);
        return new TokenUsage(input, output, Count(usage?.CachedInputTokenCount) ?? 0, Count(usage?.ReasoningTokenCount) ?? 0);
    }

    private static long? Count(long? reported) => reported is >= 0 and <= MostTokens ? reported : null;

    /// <summary>The cost that a response or an update states, or null. A number that is no price is none.</summary>
    public static decimal? CostOf(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null || !properties.TryGetValue(CostKey, out var value))
        {
            return null;
        }

        var cost = value switch
        {
            decimal exact => (double)exact,
            double wide => wide,
            float narrow => narrow,
            long whole => whole,
            int whole => whole,
            _ => double.NaN,
        };
        return cost is >= 0 and < MostCost ? value as decimal? ?? (decimal)cost : null;
    }

    /// <summary>Whether a response or an update says that it came from a cache.</summary>
    public static bool IsFromCache(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(CachingChatClient.FromCacheKey, out var value) && value is true;
}
