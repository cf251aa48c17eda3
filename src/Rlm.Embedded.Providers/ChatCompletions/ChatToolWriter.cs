using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Writes tools and the choice among them.</summary>
internal static class ChatToolWriter
{
    public static void Write(BodyFields body, ChatOptions options)
    {
        AIFunctionDeclaration[] functions = [.. (options.Tools ?? []).OfType<AIFunctionDeclaration>()];
        if (options.Tools?.Any(t => t is HostedWebSearchTool) == true && body.Claim("web_search_options"))
        {
            body.Writer.WriteStartObject("web_search_options");
            body.Writer.WriteEndObject();
        }

        if (functions.Length == 0)
        {
            return;
        }

        if (body.Claim("tools"))
        {
            body.Writer.WriteStartArray("tools");
            foreach (AIFunctionDeclaration function in functions)
            {
                Function(body.Writer, function, StrictSchema.Of(function.AdditionalProperties) ?? StrictSchema.Of(options.AdditionalProperties));
            }

            body.Writer.WriteEndArray();
        }

        if (options.ToolMode is { } mode)
        {
            Choice(body, mode);
        }

        if (options.AllowMultipleToolCalls is { } multiple && body.Claim("parallel_tool_calls"))
        {
            body.Writer.WriteBoolean("parallel_tool_calls", multiple);
        }
    }

    private static void Function(Utf8JsonWriter writer, AIFunctionDeclaration function, bool? strict)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", function.Name);
        if (function.Description is { Length: > 0 } description)
        {
            writer.WriteString("description", description);
        }

        if (function.JsonSchema is { ValueKind: JsonValueKind.Object } schema && schema.GetPropertyCount() > 0)
        {
            writer.WritePropertyName("parameters");
            schema.WriteTo(writer);
        }

        if (strict is { } value)
        {
            writer.WriteBoolean("strict", value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Choice(BodyFields body, ChatToolMode mode)
    {
        if (!body.Claim("tool_choice"))
        {
            return;
        }

        if (mode is RequiredChatToolMode { RequiredFunctionName: { } name })
        {
            body.Writer.WriteStartObject("tool_choice");
            body.Writer.WriteString("type", "function");
            body.Writer.WriteStartObject("function");
            body.Writer.WriteString("name", name);
            body.Writer.WriteEndObject();
            body.Writer.WriteEndObject();
            return;
        }

        body.Writer.WriteString("tool_choice", mode switch
        {
            NoneChatToolMode => "none",
            RequiredChatToolMode => "required",
            _ => "auto",
        });
    }
}
