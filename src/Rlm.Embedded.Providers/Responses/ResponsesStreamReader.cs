using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads the events of a streamed response, one by one.</summary>
internal sealed class ResponsesStreamReader(ModelEndpoint endpoint)
{
    private readonly HashSet<string> _reasoned = new(StringComparer.Ordinal);
    private string? _id;
    private string? _model;
    private DateTimeOffset? _created;
    private bool _calls;

    /// <summary>True after the closing event.</summary>
    public bool Done { get; private set; }

    /// <summary>Reads one event.</summary>
    /// <returns>An update, or null when the event adds nothing.</returns>
    public ChatResponseUpdate? Read(string data)
    {
        if (string.IsNullOrWhiteSpace(data) || data == "[DONE]")
        {
            return null;
        }

        JsonElement root = OpenAITransport.ParseEvent(data, endpoint);
        if (root.Text("type") is not { } type)
        {
            throw root.Member("error") is { } error
                ? endpoint.FromErrorObject(error)
                : endpoint.BadAnswer("an event of the stream is not one of a response", data);
        }

        switch (type)
        {
            case "response.created" or "response.in_progress" or "response.queued" when root.Member("response") is { } started:
                _id ??= started.Text("id");
                _model ??= started.Text("model");
                _created ??= ResponsesReader.CreatedAt(started);
                return null;
            case "response.output_text.delta":
                return Update(new TextContent(root.Text("delta")), root);
            case "response.refusal.done":
                return Update(ChatContentReader.Refusal(root.Text("refusal") ?? ""), root);
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                _reasoned.Add(root.Text("item_id") ?? "");
                return Update(new TextReasoningContent(root.Text("delta")), root);
            case "response.output_item.done" when root.Member("item") is { } item && item.Text("type") != "message":
                return Item(item, root);
            case "response.completed" or "response.incomplete" or "response.failed" when root.Member("response") is { } ended:
                return End(ended, root);
            case "error":
                throw endpoint.FromErrorObject(root.Member("error") ?? root);
            default:
                return null;
        }
    }

    private ChatResponseUpdate? Item(JsonElement item, JsonElement root)
    {
        AIContent content = ResponsesReader.Item(item);
        _calls |= content is FunctionCallContent;
        if (content is TextReasoningContent reasoning && _reasoned.Contains(item.Text("id") ?? ""))
        {
            // Its text has come in pieces; what is left is the sealed form to send back.
            reasoning.Text = "";
            return reasoning.ProtectedData is null ? null : Update(reasoning, root);
        }

        return Update(content, root);
    }

    private ChatResponseUpdate End(JsonElement response, JsonElement root)
    {
        ResponsesReader.ThrowIfFailed(response, endpoint);
        Done = true;
        ChatResponseUpdate update = Update(content: null, root);
        update.FinishReason = ResponsesReader.FinishReason(response, _calls);
        if (ResponsesReader.Usage(response) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        return update;
    }

    private ChatResponseUpdate Update(AIContent? content, JsonElement root) => new(ChatRole.Assistant, content is null ? [] : [content])
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
        CreatedAt = _created,
        RawRepresentation = root,
    };
}
