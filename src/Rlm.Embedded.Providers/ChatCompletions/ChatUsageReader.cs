using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads the <c>usage</c> object. Counts without a property of their own go to AdditionalCounts under their path on the wire.</summary>
internal static class ChatUsageReader
{
    /// <summary>The key under which a stated price is found in AdditionalProperties.</summary>
    public const string CostKey = Rlm.Embedded.Models.ModelReply.CostKey;

    private const string InputDetails = "prompt_tokens_details";
    private const string OutputDetails = "completion_tokens_details";

    public static UsageDetails? Read(JsonElement root)
    {
        if (Find(root) is not { } usage)
        {
            return null;
        }

        long? input = usage.Integer("prompt_tokens") ?? usage.Integer("input_tokens");
        long? output = usage.Integer("completion_tokens") ?? usage.Integer("output_tokens");
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = usage.Integer("total_tokens") ?? input + output,
            CachedInputTokenCount = usage.Member(InputDetails)?.Integer("cached_tokens") ?? usage.Integer("prompt_cache_hit_tokens"),
            ReasoningTokenCount = usage.Member(OutputDetails)?.Integer("reasoning_tokens"),
        };
        AddOthers(details, usage, InputDetails, "cached_tokens");
        AddOthers(details, usage, OutputDetails, "reasoning_tokens");
        return details;
    }

    /// <summary>The price of the call in US dollars where the server states one (OpenRouter, LiteLLM), or null.</summary>
    public static double? Cost(JsonElement root) =>
        root.Member("usage") is { } usage ? usage.Number("cost") ?? usage.Number("total_cost") : null;

    /// <summary>Where the counts are; Groq and Moonshot have places of their own for those of a stream.</summary>
    private static JsonElement? Find(JsonElement root) =>
        new[] { root.Member("usage"), root.Member("x_groq")?.Member("usage"), root.Items("choices").FirstOrDefault().Member("usage") }
            .FirstOrDefault(usage => usage is { ValueKind: JsonValueKind.Object });

    private static void AddOthers(UsageDetails details, JsonElement usage, string group, string known)
    {
        if (usage.Member(group) is not { ValueKind: JsonValueKind.Object } counts)
        {
            return;
        }

        foreach (JsonProperty count in counts.EnumerateObject())
        {
            if (count.Name != known && counts.Integer(count.Name) is > 0 and { } value)
            {
                (details.AdditionalCounts ??= [])[$"{group}.{count.Name}"] = value;
            }
        }
    }
}
