using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads what a message and a streamed delta have in common: reasoning and content.</summary>
internal static class ChatContentReader
{
    public static void Read(JsonElement message, IList<AIContent> contents)
    {
        if (Reasoning(message) is { Length: > 0 } reasoning)
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        if ((message.Text("content") ?? message.Text("text")) is { Length: > 0 } text)
        {
            contents.Add(new TextContent(text));
        }

        if (message.Member("content") is { ValueKind: JsonValueKind.Object } single)
        {
            ReadPart(single, contents);
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

    public static ErrorContent Refusal(string text) => new(LooseJson.WellFormed(text)) { ErrorCode = "Refusal" };

    /// <summary>The same thoughts may stand in several fields: the first that has some is read.</summary>
    private static string? Reasoning(JsonElement message) =>
        new[] { "reasoning_content", "reasoning", "thinking", "reasoning_text" }.Select(name => message.Text(name)).FirstOrDefault(text => !string.IsNullOrEmpty(text))
        ?? message.Member("reasoning")?.Text("content")
        ?? string.Concat(message.Items("reasoning_details").Select(part => part.Text("text") ?? part.Text("summary")));

    /// <summary>Some servers answer in parts (Mistral's reasoning models, Databricks), or in plain strings.</summary>
    private static void ReadPart(JsonElement part, IList<AIContent> contents)
    {
        if (part.ValueKind == JsonValueKind.String)
        {
            contents.Add(new TextContent(LooseJson.Text(part)));
            return;
        }

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
                if ((part.Text("text") ?? part.Member("text")?.Text("value") ?? part.Text("content")) is { Length: > 0 } text)
                {
                    contents.Add(new TextContent(text));
                }

                break;
        }
    }
}
