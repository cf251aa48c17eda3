using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads what a message and a streamed delta have in common: reasoning and content.</summary>
internal static class ChatContentReader
{
    public static void Read(JsonElement message, IList<AIContent> contents)
    {
        string? reasoning = message.Text("reasoning_content") ?? message.Text("reasoning");
        if (!string.IsNullOrEmpty(reasoning))
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        if (message.Text("content") is { Length: > 0 } text)
        {
            contents.Add(new TextContent(text));
        }

        foreach (JsonElement part in message.Items("content"))
        {
            ReadPart(part, contents);
        }

        if (message.Member("audio")?.Text("transcript") is { Length: > 0 } transcript)
        {
            contents.Add(new TextContent(transcript));
        }
    }

    public static ErrorContent Refusal(string text) => new(text) { ErrorCode = "Refusal" };

    /// <summary>Some servers answer in parts (Mistral's reasoning models, Databricks).</summary>
    private static void ReadPart(JsonElement part, IList<AIContent> contents)
    {
        switch (part.Text("type"))
        {
            case "thinking" or "reasoning":
                string reasoning = part.Text("thinking") ?? part.Text("text") ?? string.Concat(part.Items("thinking").Select(t => t.Text("text")));
                contents.Add(new TextReasoningContent(reasoning));
                break;
            case "refusal" when part.Text("refusal") is { Length: > 0 } refusal:
                contents.Add(Refusal(refusal));
                break;
            default:
                if (part.Text("text") is { Length: > 0 } text)
                {
                    contents.Add(new TextContent(text));
                }

                break;
        }
    }
}
