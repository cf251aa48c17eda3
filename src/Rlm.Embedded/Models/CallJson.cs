using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>How calls and answers are written as JSON.</summary>
internal static class CallJson
{
    /// <summary>On one line, text as it is.</summary>
    public static JsonSerializerOptions Compact { get; } = new(AIJsonUtilities.DefaultOptions)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads an answer back. Additional properties come back as the plain values they were.</summary>
    public static ChatResponse? ReadResponse(JsonElement json)
    {
        var response = (ChatResponse?)json.Deserialize(Compact.GetTypeInfo(typeof(ChatResponse)));
        if (response?.AdditionalProperties is { } properties)
        {
            foreach ((string name, object? value) in properties.ToArray())
            {
                properties[name] = Plain(value);
            }
        }

        return response;
    }

    /// <summary>An answer as JSON.</summary>
    public static JsonElement WriteResponse(ChatResponse response) =>
        JsonSerializer.SerializeToElement(response, Compact.GetTypeInfo(typeof(ChatResponse)));

    private static object? Plain(object? value) => value is not JsonElement json ? value : json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => json,
    };
}
