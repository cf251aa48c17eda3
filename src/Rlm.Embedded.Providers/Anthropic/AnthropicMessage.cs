using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>A message of Anthropic's API with all the fields that its SDK wants.</summary>
internal static class AnthropicMessage
{
    private static readonly string[] s_counts = ["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];

    /// <summary>A whole answer.</summary>
    /// <exception cref="Models.ModelCallException">It is an error, or no message.</exception>
    public static JsonObject Of(JsonElement root, ModelEndpoint endpoint)
    {
        bool isMessage = root.Member("content") is { ValueKind: JsonValueKind.Array or JsonValueKind.String };
        if (ReportedError.In(root, isMessage) is { } error)
        {
            throw endpoint.FromErrorObject(root.Member("error") is { ValueKind: JsonValueKind.Object } inner ? inner : error);
        }

        if (!isMessage)
        {
            throw endpoint.BadAnswer("the answer is not a message", root.GetRawText());
        }

        JsonObject message = Envelope(root);
        message["content"] = root.Text("content") is { } text ? new JsonArray(Text(text)) : new JsonArray([.. root.Items("content").Select(Block)]);
        message["stop_reason"] = StopReason(root.Text("stop_reason"));
        return message;
    }

    /// <summary>The message that events tell.</summary>
    public static async Task<JsonObject> OfAsync(IAsyncEnumerable<JsonObject> events, ModelEndpoint endpoint, CancellationToken cancellationToken)
    {
        JsonObject? message = null;
        Dictionary<long, JsonObject> blocks = [];
        var usage = new Dictionary<string, long>(StringComparer.Ordinal);
        bool stopped = false;
        await foreach (JsonObject item in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            switch ((string?)item["type"])
            {
                case "message_start":
                    message = (JsonObject)item["message"]!.DeepClone();
                    Add(usage, message["usage"]!);
                    break;
                case "content_block_start":
                    blocks[(long)item["index"]!] = (JsonObject)item["content_block"]!.DeepClone();
                    break;
                case "content_block_delta" when blocks.TryGetValue((long)item["index"]!, out JsonObject? block):
                    Append(block, (JsonObject)item["delta"]!);
                    break;
                case "message_delta" when message is not null:
                    message["stop_reason"] = (string?)item["delta"]!["stop_reason"] ?? (string?)message["stop_reason"];
                    stopped |= message["stop_reason"] is not null;
                    Add(usage, item["usage"]!);
                    break;
            }
        }

        if (message is null || !stopped)
        {
            throw endpoint.Broken("the stream ended before the answer was complete");
        }

        foreach (JsonObject block in blocks.OrderBy(b => b.Key).Select(b => b.Value))
        {
            if (block["partial"] is { } partial)
            {
                block["input"] = LooseJson.TryParse((string)partial!, out JsonElement input) ? LooseJson.ToNode(input) : new JsonObject();
                block.Remove("partial");
            }

            ((JsonArray)message["content"]!).Add((JsonNode?)block);
        }

        message["usage"] = Counts(usage);
        return message;
    }

    /// <summary>The events that tell a message.</summary>
    public static IEnumerable<JsonObject> Events(JsonObject message)
    {
        var start = (JsonObject)message.DeepClone();
        start["content"] = new JsonArray();
        start["stop_reason"] = null;
        yield return new JsonObject { ["type"] = "message_start", ["message"] = start };
        long index = 0;
        foreach (JsonNode? block in (JsonArray)message["content"]!)
        {
            var begin = (JsonObject)block!.DeepClone();
            foreach (string field in begin.Select(member => member.Key).Where(name => name is "text" or "thinking").ToArray())
            {
                begin[field] = "";
            }

            string? input = begin["input"]?.ToJsonString();
            if (input is not null)
            {
                begin["input"] = new JsonObject();
            }

            yield return BlockStart(index, begin);
            (string type, string field, string? piece) delta = (string?)block["text"] is { } text ? ("text_delta", "text", text)
                : (string?)block["thinking"] is { } thinking ? ("thinking_delta", "thinking", thinking)
                : ("input_json_delta", "partial_json", input);
            if (delta.piece is { Length: > 0 })
            {
                yield return BlockDelta(index, delta.type, delta.field, delta.piece);
            }

            yield return new JsonObject { ["type"] = "content_block_stop", ["index"] = index };
            index++;
        }

        yield return new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = (string?)message["stop_reason"], ["stop_sequence"] = null },
            ["usage"] = message["usage"]!.DeepClone(),
        };
        yield return new JsonObject { ["type"] = "message_stop" };
    }

    /// <summary>A message but for its content.</summary>
    public static JsonObject Envelope(JsonElement message) => new()
    {
        ["id"] = LooseJson.WellFormed(message.Text("id")) ?? "",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = LooseJson.WellFormed(message.Text("model")) ?? "",
        ["content"] = null,
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = Usage(message),
    };

    /// <summary>The counts of an answer or an event; those that are not stated are 0.</summary>
    public static JsonObject Usage(JsonElement root)
    {
        JsonElement usage = root.Member("usage") ?? default;
        var counts = new JsonObject();
        foreach (string name in s_counts)
        {
            counts[name] = Math.Max(0, usage.Integer(name) ?? 0);
        }

        return counts;
    }

    public static JsonObject Block(JsonElement block)
    {
        if (block.ValueKind == JsonValueKind.String)
        {
            return Text(LooseJson.Text(block));
        }

        switch (block.Text("type"))
        {
            case "text" or null:
                return Text(block.Text("text") ?? "");
            case "thinking":
                JsonObject thinking = Thinking(block.Text("thinking") ?? "");
                thinking["signature"] = block.Text("signature") ?? "";
                return thinking;
            default:
                var other = (JsonObject)LooseJson.ToNode(block)!;
                if (block.Text("type") == "tool_use")
                {
                    other["id"] ??= "";
                    other["name"] ??= "";
                    other["input"] = other["input"] is JsonObject ? other["input"]!.DeepClone() : new JsonObject();
                }

                return other;
        }
    }

    public static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = LooseJson.WellFormed(text) };

    public static JsonObject Thinking(string text) => new() { ["type"] = "thinking", ["thinking"] = LooseJson.WellFormed(text), ["signature"] = "" };

    public static JsonObject BlockStart(long index, JsonObject block) => new() { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = block };

    public static JsonObject BlockDelta(long index, string type, string field, string piece) =>
        new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = new JsonObject { ["type"] = type, [field] = piece } };

    /// <summary>Anthropic's name of a reason, which other servers may spell as other APIs do.</summary>
    public static string StopReason(string? value)
    {
        ChatFinishReason? reason = FinishReasons.Read(value);
        return reason == ChatFinishReason.Length ? "max_tokens"
            : reason == ChatFinishReason.ToolCalls ? "tool_use"
            : reason == ChatFinishReason.ContentFilter ? "refusal"
            : value is "stop_sequence" or "pause_turn" ? value
            : "end_turn";
    }

    public static JsonObject Counts(Dictionary<string, long> usage) =>
        new([.. usage.Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))]);

    /// <summary>Counts are sums so far: the largest of each is what was used.</summary>
    public static void Add(Dictionary<string, long> usage, JsonNode counts)
    {
        foreach (string name in s_counts)
        {
            usage[name] = Math.Max(usage.GetValueOrDefault(name), (long)counts[name]!);
        }
    }

    private static void Append(JsonObject block, JsonObject delta)
    {
        foreach ((string name, JsonNode? piece) in delta)
        {
            if (name != "type")
            {
                string field = name == "partial_json" ? "partial" : name;
                block[field] = (string?)block[field] + (string?)piece;
            }
        }
    }
}
