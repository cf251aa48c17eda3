using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Chat;

/// <summary>Says which options of a chat request reach the root calls of a run.</summary>
internal static class RunChatOptions
{
    /// <summary>The options of root calls: the request's over the configured ones.</summary>
    public static ChatOptions Merge(ChatOptions? configured, ChatOptions asked)
    {
        var merged = configured?.Clone() ?? new ChatOptions();
        merged.ModelId = asked.ModelId ?? merged.ModelId;
        merged.Temperature = asked.Temperature ?? merged.Temperature;
        merged.TopP = asked.TopP ?? merged.TopP;
        merged.TopK = asked.TopK ?? merged.TopK;
        merged.FrequencyPenalty = asked.FrequencyPenalty ?? merged.FrequencyPenalty;
        merged.PresencePenalty = asked.PresencePenalty ?? merged.PresencePenalty;
        merged.Seed = asked.Seed ?? merged.Seed;
        merged.Reasoning = asked.Reasoning ?? merged.Reasoning;
        merged.RawRepresentationFactory = asked.RawRepresentationFactory ?? merged.RawRepresentationFactory;
        foreach (var (name, value) in asked.AdditionalProperties ?? [])
        {
            (merged.AdditionalProperties ??= [])[name] = value;
        }

        return merged;
    }

    /// <summary>The functions that code may call without asking anybody.</summary>
    public static IEnumerable<AIFunction> Functions(ChatOptions options) =>
        options.Tools?.OfType<AIFunction>().Where(function => function.GetService<ApprovalRequiredAIFunction>() is null) ?? [];
}
