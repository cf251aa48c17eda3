using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Chat;

/// <summary>What a model reads in a message, as text. The model's own thinking is none of it.</summary>
internal static class ChatText
{
    /// <summary>The text of a message.</summary>
    /// <exception cref="NotSupportedException">It holds something that is not text.</exception>
    public static string Of(ChatMessage message) => message.Contents is [TextContent only] ? only.Text : string.Concat(message.Contents.Select(Of));

    /// <summary>The text of a part of a message.</summary>
    /// <exception cref="NotSupportedException">It is not text.</exception>
    public static string Of(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent or UsageContent => "",
        FunctionCallContent call => $"[calls {call.Name}({Arguments(call)})]",
        FunctionResultContent result => result.Result as string ?? Json(result.Result),
        _ => throw new NotSupportedException(
            $"A long conversation becomes the context of a run, and {content.GetType().Name} cannot be in it. Send it in a conversation below RlmOptions.DirectCallThreshold, or as text."),
    };

    private static string Arguments(FunctionCallContent call) =>
        call.Arguments is { } arguments ? JsonSerializer.Serialize(arguments, CallJson.Compact.GetTypeInfo(typeof(IDictionary<string, object?>))) : "";

    private static string Json(object? value) => value switch
    {
        null => "",
        JsonElement json => json.GetRawText(),
        _ => JsonSerializer.Serialize(value, CallJson.Compact.GetTypeInfo(value.GetType())),
    };
}
