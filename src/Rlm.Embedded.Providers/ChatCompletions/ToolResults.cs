using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>What a tool returned, as the text a model reads.</summary>
internal static class ToolResults
{
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public static string Text(FunctionResultContent content) => content.Result switch
    {
        null => content.Exception is { } exception ? $"Error: {exception.Message}" : "",
        string text => text,
        TextContent text => text.Text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString() ?? "",
        IEnumerable<AIContent> contents => string.Concat(contents.OfType<TextContent>().Select(c => c.Text)),
        { } other => JsonSerializer.Serialize(other, Compact.GetTypeInfo(typeof(object))),
    };

    /// <summary>The arguments of a call as JSON text.</summary>
    public static string Arguments(FunctionCallContent call) => call.Arguments is null
        ? "{}"
        : JsonSerializer.Serialize(call.Arguments, Compact.GetTypeInfo(typeof(IDictionary<string, object?>)));
}
