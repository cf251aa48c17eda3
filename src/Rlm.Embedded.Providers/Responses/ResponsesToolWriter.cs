using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Writes tools and the choice among them. Tools without a type here go through AdditionalProperties["tools"].</summary>
internal static class ResponsesToolWriter
{
    public static void Write(BodyFields body, ChatOptions options)
    {
        if (options.Tools is { Count: > 0 } tools && body.Claim("tools"))
        {
            body.Writer.WriteStartArray("tools");
            foreach (AITool tool in tools)
            {
                Tool(body.Writer, tool, options);
            }

            body.Writer.WriteEndArray();
        }

        if (options.ToolMode is { } mode && body.Claim("tool_choice"))
        {
            Choice(body.Writer, mode);
        }

        if (options.AllowMultipleToolCalls is { } multiple && body.Claim("parallel_tool_calls"))
        {
            body.Writer.WriteBoolean("parallel_tool_calls", multiple);
        }
    }

    private static void Tool(Utf8JsonWriter writer, AITool tool, ChatOptions options)
    {
        switch (tool)
        {
            case AIFunctionDeclaration function:
                writer.WriteStartObject();
                writer.WriteString("type", "function");
                writer.WriteString("name", function.Name);
                if (function.Description is { Length: > 0 } description)
                {
                    writer.WriteString("description", description);
                }

                writer.WritePropertyName("parameters");
                function.JsonSchema.WriteTo(writer);

                // Here a schema counts as strict unless it is said not to be.
                writer.WriteBoolean("strict", StrictSchema.Of(function.AdditionalProperties) ?? StrictSchema.Of(options.AdditionalProperties) ?? false);
                writer.WriteEndObject();
                break;
            case HostedWebSearchTool:
                writer.WriteStartObject();
                writer.WriteString("type", "web_search");
                writer.WriteEndObject();
                break;
            case HostedCodeInterpreterTool:
                writer.WriteStartObject();
                writer.WriteString("type", "code_interpreter");
                writer.WriteStartObject("container");
                writer.WriteString("type", "auto");
                writer.WriteEndObject();
                writer.WriteEndObject();
                break;
        }
    }

    private static void Choice(Utf8JsonWriter writer, ChatToolMode mode)
    {
        if (mode is RequiredChatToolMode { RequiredFunctionName: { } name })
        {
            writer.WriteStartObject("tool_choice");
            writer.WriteString("type", "function");
            writer.WriteString("name", name);
            writer.WriteEndObject();
            return;
        }

        writer.WriteString("tool_choice", mode switch
        {
            NoneChatToolMode => "none",
            RequiredChatToolMode => "required",
            _ => "auto",
        });
    }
}
