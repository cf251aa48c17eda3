using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads the events of a streamed chat completion, one by one.</summary>
internal sealed class ChatStreamReader(ModelEndpoint endpoint)
{
    private readonly ToolCallAssembler _toolCalls = new();
    private readonly StringBuilder _refusal = new();
    private bool _finished;
    private string? _id;
    private string? _model;
    private DateTimeOffset? _created;

    /// <summary>True after the closing event.</summary>
    public bool Done { get; private set; }

    /// <summary>Reads one event.</summary>
    /// <returns>An update, or null when the event says nothing.</returns>
    public ChatResponseUpdate? Read(string data)
    {
        if (data == "[DONE]")
        {
            Done = true;
            return null;
        }

        if (string.IsNullOrWhiteSpace(data))
        {
            return null;
        }

        JsonElement root = OpenAITransport.ParseEvent(data, endpoint);
        if (root.Member("error") is { } error)
        {
            throw endpoint.FromErrorObject(error);
        }

        // The service itself sends chunks without choices, so these are the least a chunk has.
        if (root.Member("choices") is null && root.Member("object") is null && root.Member("usage") is null)
        {
            throw endpoint.BadAnswer("an event of the stream is not a chat completion chunk", data);
        }

        _id ??= root.Text("id");
        _model ??= root.Text("model");
        _created ??= ChatResponseReader.CreatedAt(root);
        JsonElement choice = root.Items("choices").FirstOrDefault(c => c.Integer("index") is null or 0);
        if (choice.Member("error") is { } choiceError)
        {
            throw endpoint.FromErrorObject(choiceError);
        }

        ChatResponseUpdate update = NewUpdate(root);
        ReadDelta(choice.Member("delta") ?? default, update.Contents);
        update.FinishReason = FinishReasons.Read(choice.Text("finish_reason"));
        _finished |= update.FinishReason is not null;
        if (ChatUsageReader.Read(root) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
            if (ChatUsageReader.Cost(root) is { } cost)
            {
                // An update that belongs to no message gives its properties to the response.
                update.Role = null;
                update.MessageId = null;
                update.AdditionalProperties = new() { [ChatUsageReader.CostKey] = cost };
            }
        }

        return update;
    }

    /// <summary>What is known only at the end: tool calls and a refusal.</summary>
    public IEnumerable<ChatResponseUpdate> Finish()
    {
        if (!Done && !_finished)
        {
            throw endpoint.Broken("the stream ended before the answer was complete");
        }

        List<AIContent> contents = [.. _toolCalls.Calls()];
        if (_refusal.Length > 0)
        {
            contents.Add(ChatContentReader.Refusal(_refusal.ToString()));
        }

        if (contents.Count > 0)
        {
            ChatResponseUpdate update = NewUpdate(raw: null);
            update.Contents = contents;
            yield return update;
        }
    }

    private void ReadDelta(JsonElement delta, IList<AIContent> contents)
    {
        ChatContentReader.Read(delta, contents);
        _refusal.Append(delta.Text("refusal"));
        foreach (JsonElement piece in delta.Items("tool_calls"))
        {
            _toolCalls.Add(piece);
        }
    }

    private ChatResponseUpdate NewUpdate(JsonElement? raw) => new(ChatRole.Assistant, [])
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
        CreatedAt = _created,
        RawRepresentation = raw,
    };
}
