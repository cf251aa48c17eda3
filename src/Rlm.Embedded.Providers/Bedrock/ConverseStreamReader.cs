using System.Text;
using System.Text.Json;
using Amazon.Runtime.EventStreams;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads the events of a ConverseStream answer, one by one.</summary>
internal sealed class ConverseStreamReader(string model, ModelEndpoint endpoint)
{
    private readonly string _id = Guid.NewGuid().ToString("N");
    private (string Id, string Name, StringBuilder Input)? _tool;

    /// <summary>True once the answer's end was told.</summary>
    public bool Finished { get; private set; }

    public ChatResponseUpdate? Read(EventStreamMessage message)
    {
        JsonElement payload = Parse(message.Payload);
        if (Header(message, ":message-type") is "exception" or "error")
        {
            throw endpoint.FromStatus(Status(Header(message, ":exception-type")), payload.GetRawText());
        }

        AIContent? content = null;
        ChatFinishReason? reason = null;
        switch (Header(message, ":event-type"))
        {
            case "contentBlockStart" when payload.Member("start")?.Member("toolUse") is { } tool:
                _tool = (tool.Text("toolUseId") ?? "", tool.Text("name") ?? "", new StringBuilder());
                return null;
            case "contentBlockDelta" when payload.Member("delta") is { } delta:
                content = Delta(delta);
                break;
            case "contentBlockStop" when _tool is { } tool:
                content = ToolArguments.Call(tool.Input.ToString(), tool.Id, tool.Name);
                _tool = null;
                break;
            case "messageStop":
                reason = FinishReasons.Read(payload.Text("stopReason"));
                Finished = true;
                break;
            case "metadata" when ConverseReader.Usage(payload) is { } usage:
                content = new UsageContent(usage);
                break;
        }

        return content is null && reason is null ? null : new ChatResponseUpdate(ChatRole.Assistant, content is null ? [] : [content])
        {
            ResponseId = _id,
            MessageId = _id,
            ModelId = model,
            FinishReason = reason,
            RawRepresentation = payload,
        };
    }

    private static string? Header(EventStreamMessage message, string name) =>
        message.Headers.TryGetValue(name, out IEventStreamHeader? header) ? header.AsString() : null;

    private static int Status(string? exception) => exception switch
    {
        "throttlingException" => 429,
        "validationException" => 400,
        "accessDeniedException" => 403,
        "serviceUnavailableException" => 503,
        _ => 500,
    };

    private static JsonElement Parse(byte[] payload)
    {
        string text = Encoding.UTF8.GetString(payload);
        return LooseJson.TryParse(text.Length == 0 ? "{}" : text, out JsonElement root)
            ? root
            : throw new InvalidDataException("an event of the stream is not JSON");
    }

    private AIContent? Delta(JsonElement delta)
    {
        if (delta.Member("toolUse") is { } tool)
        {
            _tool?.Input.Append(tool.Text("input"));
            return null;
        }

        return delta.Text("text") is { } text ? new TextContent(text)
            : delta.Member("reasoningContent")?.Text("text") is { } reasoning ? new TextReasoningContent(reasoning)
            : null;
    }
}
