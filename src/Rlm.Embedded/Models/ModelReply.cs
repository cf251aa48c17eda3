using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>What the engine takes from a model's response.</summary>
/// <param name="Text">Its text; empty when there is none.</param>
/// <param name="Reasoning">Its reasoning parts; empty when there are none.</param>
/// <param name="Tokens">What it cost, or null where the provider did not say.</param>
internal sealed record ModelReply(string Text, string Reasoning, TokenUsage? Tokens)
{
    public static ModelReply From(ChatResponse response)
    {
        var text = "";
        var reasoning = "";
        foreach (var message in response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is TextReasoningContent thought)
                {
                    reasoning = Append(reasoning, thought.Text);
                }
                else if (content is TextContent said)
                {
                    text = Append(text, said.Text);
                }
            }
        }

        return new ModelReply(text, reasoning, TokensOf(response.Usage));
    }

    public static TokenUsage? TokensOf(UsageDetails? usage)
    {
        if (usage is null || (usage.InputTokenCount is null && usage.OutputTokenCount is null && usage.TotalTokenCount is null))
        {
            return null;
        }

        var input = usage.InputTokenCount ?? 0;
        var output = usage.OutputTokenCount ?? Math.Max(0, (usage.TotalTokenCount ?? 0) - input);
        return new TokenUsage(input, output, usage.CachedInputTokenCount ?? 0, usage.ReasoningTokenCount ?? 0);
    }

    private static string Append(string text, string? more) => text.Length == 0 ? more ?? "" : text + more;
}
