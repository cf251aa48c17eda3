using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads a response, whole or event by event.</summary>
internal sealed class ResponsesStreamReader(ModelEndpoint endpoint) : IAnswerReader
{
    private readonly HashSet<string> _reasoned = new(StringComparer.Ordinal);
    private string? _id;
    private string? _model;
    private DateTimeOffset? _created;
    private bool _calls;
    private bool _said;

    /// <summary>True after the closing event.</summary>
    public bool Done { get; private set; }

    public ChatResponse ReadWhole(JsonElement root) => ResponsesReader.Read(root, endpoint);

    /// <summary>Reads one event.</summary>
    /// <returns>An update, or null when the event adds nothing.</returns>
    public ChatResponseUpdate? Read(ServerEvent item)
    {
        if (item.IsDone || item.IsPing)
        {
            return null;
        }

        JsonElement root = OpenAIEvent.Parse(item, endpoint);
        if (root.Text("object") is "error")
        {
            throw endpoint.FromErrorObject(root);
        }

        if ((root.Text("type") ?? item.Name) is not { } type)
        {
            // A server that answers in one piece, as an event.
            return root.Member("output") is not null ? End(root, root)
                : throw (ReportedError.In(root, answers: false) is { } error
                    ? endpoint.FromErrorObject(error)
                    : endpoint.BadAnswer("an event of the stream is not one of a response", item.Data));
        }

        switch (type)
        {
            case "response.created" or "response.in_progress" or "response.queued" when root.Member("response") is { } started:
                _id ??= started.Text("id");
                _model ??= started.Text("model");
                _created ??= ResponsesReader.CreatedAt(started);
                return null;
            case "response.output_text.delta":
                _said = true;
                return Update(new TextContent(root.Text("delta")), root);
            case "response.refusal.done":
                _said = true;
                return Update(ChatContentReader.Refusal(root.Text("refusal") ?? ""), root);
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                _reasoned.Add(root.Text("item_id") ?? "");
                return Update(new TextReasoningContent(root.Text("delta")), root);
            case "response.output_item.done" when root.Member("item") is { } done:
                return done.Text("type") == "message" ? Message(done, root) : Item(done, root);
            case "response.completed" or "response.incomplete" or "response.failed" when root.Member("response") is { } ended:
                return End(ended, root);
            case "error":
                throw endpoint.FromErrorObject(ReportedError.In(root, answers: false) ?? root);
            default:
                return null;
        }
    }

    /// <summary>The response is told to be complete by its last event.</summary>
    public IEnumerable<ChatResponseUpdate> Finish()
    {
        if (!Done)
        {
            throw endpoint.Broken("the stream ended before the answer was complete");
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, []) { ResponseId = _id, MessageId = _id, ModelId = _model, CreatedAt = _created };
    }

    /// <summary>Text that did not come in pieces.</summary>
    private ChatResponseUpdate? Message(JsonElement item, JsonElement root)
    {
        if (_said)
        {
            return null;
        }

        ChatResponseUpdate update = Update(content: null, root);
        ResponsesReader.Message(item, update.Contents);
        _said = update.Contents.Count > 0;
        return update;
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
        foreach (JsonElement item in _said || _calls ? [] : response.Items("output"))
        {
            AddWhole(item, update.Contents);
        }

        update.FinishReason = ResponsesReader.FinishReason(response, _calls);
        if (ResponsesReader.Usage(response) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        return update;
    }

    /// <summary>An item of a server that sends nothing but the last event. Reasoning has come before.</summary>
    private void AddWhole(JsonElement item, IList<AIContent> contents)
    {
        if (item.Text("type") == "message")
        {
            ResponsesReader.Message(item, contents);
        }
        else if (item.Text("type") == "function_call")
        {
            contents.Add(ResponsesReader.Item(item));
            _calls = true;
        }
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
