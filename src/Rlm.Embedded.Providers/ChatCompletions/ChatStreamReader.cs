using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads a chat completion, whole or event by event.</summary>
internal sealed class ChatStreamReader(ModelEndpoint endpoint) : IAnswerReader
{
    private readonly ToolCallAssembler _toolCalls = new();
    private readonly StringBuilder _refusal = new();
    private readonly RunningUsage _usage = new();
    private bool _finished;
    private bool _said;
    private string? _id;
    private string? _model;
    private DateTimeOffset? _created;

    /// <summary>True after the closing event.</summary>
    public bool Done { get; private set; }

    public ChatResponse ReadWhole(JsonElement root) => ChatResponseReader.Read(root, endpoint);

    /// <summary>Reads one event.</summary>
    /// <returns>An update, or null when the event says nothing.</returns>
    public ChatResponseUpdate? Read(ServerEvent item)
    {
        Done = item.IsDone;
        if (Done || item.IsPing)
        {
            return null;
        }

        JsonElement root = OpenAIEvent.Parse(item, endpoint);
        JsonElement choice = root.Items("choices").FirstOrDefault(c => c.Integer("index") is null or 0);
        bool isChunk = choice.ValueKind == JsonValueKind.Object;
        if ((ReportedError.In(root, answers: isChunk) ?? ReportedError.In(choice, answers: true)) is { } error)
        {
            throw endpoint.FromErrorObject(error);
        }

        // The service itself sends chunks without choices, so these are the least a chunk has.
        if (root.Member("choices") is null && root.Member("object") is null && root.Member("usage") is null)
        {
            return item.Name is not null || root.Text("type") is not null
                ? null
                : throw endpoint.BadAnswer("an event of the stream is not a chat completion chunk", item.Data);
        }

        _id ??= root.Text("id");
        _model ??= root.Text("model");
        _created ??= ChatResponseReader.CreatedAt(root);
        ChatResponseUpdate update = NewUpdate(root);
        ReadDelta(Delta(choice), update.Contents);
        update.FinishReason = FinishReasons.Read(choice.Member("finish_reason"), endpoint);

        // Where nothing else tells the end, counts that belong to no choice do.
        _finished |= update.FinishReason is not null || (!isChunk && root.Member("choices") is not null && ChatUsageReader.Read(root)?.OutputTokenCount > 0);
        _usage.Add(ChatUsageReader.Read(root), ChatUsageReader.Cost(root));
        return update;
    }

    /// <summary>What is known only at the end: tool calls, a refusal, and what was used.</summary>
    public IEnumerable<ChatResponseUpdate> Finish()
    {
        if (!Done && !_finished)
        {
            throw endpoint.Broken("the stream ended before the answer was complete");
        }

        ChatResponseUpdate update = NewUpdate(raw: null);
        update.Contents = [.. _toolCalls.Calls()];
        if (_refusal.Length > 0)
        {
            update.Contents.Add(ChatContentReader.Refusal(_refusal.ToString()));
        }

        yield return update;
        if (_usage.Update(NewUpdate(raw: null)) is { } used)
        {
            yield return used;
        }
    }

    /// <summary>Some servers put whole messages, or plain text, into the events of a stream; one that repeats what was streamed is not read.</summary>
    private JsonElement Delta(JsonElement choice) =>
        choice.Member("delta") is { ValueKind: JsonValueKind.Object } delta ? delta
        : choice.Text("text") is not null ? choice
        : _said ? default
        : choice.Member("message") ?? default;

    private void ReadDelta(JsonElement delta, IList<AIContent> contents)
    {
        ChatContentReader.Read(delta, contents);
        _said |= contents.Count > 0;
        _refusal.Append(delta.Text("refusal"));
        foreach (JsonElement piece in delta.Items("tool_calls"))
        {
            _toolCalls.Add(piece);
        }

        if (delta.Member("function_call") is { } legacy)
        {
            _toolCalls.AddLegacy(legacy);
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
