using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers;

/// <summary>Makes of the events of a server that resembles Anthropic's those that Anthropic would send. For one stream.</summary>
internal sealed class AnthropicEvents(ModelEndpoint endpoint)
{
    private const string Index = "index";

    private readonly HashSet<long> _open = [];
    private readonly CharacterJoiner _text = new();
    private readonly Dictionary<string, long> _usage = new(StringComparer.Ordinal);
    private bool _started;
    private bool _stopped;

    /// <summary>What stands for an event: none for a sign of life, more where the server left some out.</summary>
    /// <exception cref="Models.ModelCallException">The event tells a failure, or is none.</exception>
    public IEnumerable<JsonObject> Next(ServerEvent item)
    {
        if (item.IsPing || item.IsDone)
        {
            return [];
        }

        JsonElement root = OpenAIEvent.Parse(item, endpoint);
        if (ReportedError.In(root, answers: true) is { } error)
        {
            throw endpoint.FromErrorObject(root.Member("error") ?? error);
        }

        return (root.Text("type") ?? item.Name) switch
        {
            "message_start" => Start(root.Member("message") ?? default),
            "content_block_start" => [.. Start(default), .. StartBlock(root)],
            "content_block_delta" => [.. Start(default), .. Delta(root)],
            "content_block_stop" => StopBlock(root.Integer(Index) ?? 0),
            "message_delta" => [.. Start(default), EndMessage(root)],
            "message_stop" => [.. Start(default), .. _stopped ? Array.Empty<JsonObject>() : [EndMessage(root)], new JsonObject { ["type"] = "message_stop" }],
            null or "message" when root.Member("content") is not null => AnthropicMessage.Events(AnthropicMessage.Of(root, endpoint)),
            null => throw endpoint.BadAnswer("an event of the stream is not one of a message", item.Data),
            _ => [],
        };
    }

    private IEnumerable<JsonObject> Start(JsonElement message)
    {
        if (_started)
        {
            yield break;
        }

        _started = true;
        JsonObject start = AnthropicMessage.Envelope(message);
        start["content"] = new JsonArray();
        AnthropicMessage.Add(_usage, start["usage"]!);
        yield return new JsonObject { ["type"] = "message_start", ["message"] = start };
    }

    private IEnumerable<JsonObject> StartBlock(JsonElement root)
    {
        long index = root.Integer(Index) ?? 0;
        if (root.Member("content_block") is { ValueKind: JsonValueKind.Object } block && _open.Add(index))
        {
            yield return AnthropicMessage.BlockStart(index, AnthropicMessage.Block(block));
        }
    }

    private IEnumerable<JsonObject> Delta(JsonElement root)
    {
        long index = root.Integer(Index) ?? 0;
        JsonElement delta = root.Member("delta") ?? default;
        string type = delta.Text("type") ?? (delta.Text("thinking") is null ? "text_delta" : "thinking_delta");
        string field = type switch
        {
            "text_delta" => "text",
            "thinking_delta" => "thinking",
            "signature_delta" => "signature",
            "input_json_delta" => "partial_json",
            _ => "",
        };
        if (field.Length == 0 || delta.Text(field) is not { Length: > 0 } piece)
        {
            yield break;
        }

        if (_open.Add(index))
        {
            yield return AnthropicMessage.BlockStart(index, type == "thinking_delta" ? AnthropicMessage.Thinking("") : AnthropicMessage.Text(""));
        }

        yield return AnthropicMessage.BlockDelta(index, type, field, _text.Next(piece));
    }

    private IEnumerable<JsonObject> StopBlock(long index)
    {
        if (_open.Remove(index))
        {
            if (_text.Rest() is { Length: > 0 } rest)
            {
                yield return AnthropicMessage.BlockDelta(index, "text_delta", "text", rest);
            }

            yield return new JsonObject { ["type"] = "content_block_stop", [Index] = index };
        }
    }

    private JsonObject EndMessage(JsonElement root)
    {
        _stopped |= root.Member("delta")?.Text("stop_reason") is { Length: > 0 } || root.Text("type") == "message_stop";
        AnthropicMessage.Add(_usage, AnthropicMessage.Usage(root));
        return new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = _stopped ? AnthropicMessage.StopReason(root.Member("delta")?.Text("stop_reason")) : null, ["stop_sequence"] = null },

            // The SDK takes all counts from the last event; some are stated in the first alone.
            ["usage"] = AnthropicMessage.Counts(_usage),
        };
    }
}
