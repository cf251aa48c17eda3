using System.Text.Json.Nodes;

namespace Rlm.Embedded.Models;

/// <summary>
/// Keeps a cassette from growing with the square of a conversation: messages that a line before has too are named, not written
/// again (<c>"as_in":{"begun":3,"messages":7}</c>).
/// </summary>
internal sealed class CassetteHistory
{
    /// <summary>Conversations that may be going on at once: the root's and those of children.</summary>
    private const int Conversations = 16;

    private readonly List<(int Begun, JsonArray Messages)> _recent = [];

    /// <summary>The request with known messages named, and from now on known itself.</summary>
    public JsonObject Shorten(int begun, JsonObject request)
    {
        var messages = (JsonArray)request["messages"]!;
        (int from, int count) = Longest(messages);
        var shortened = (JsonObject)request.DeepClone();
        if (count > 0)
        {
            shortened["as_in"] = new JsonObject { ["begun"] = from, ["messages"] = count };
            var rest = (JsonArray)shortened["messages"]!;
            rest.RemoveRange(0, count);

            // The one that goes on takes the place of the one it continues.
            _recent.RemoveAll(r => r.Begun == from);
        }

        if (messages.Count > 1)
        {
            _recent.Add((begun, messages));
            if (_recent.Count > Conversations)
            {
                _recent.RemoveAt(0);
            }
        }

        return shortened;
    }

    /// <summary>The whole request of a shortened one.</summary>
    /// <param name="request">A request as it was read; it is changed.</param>
    /// <param name="known">The requests of the lines before.</param>
    public static void Lengthen(JsonObject request, IReadOnlyDictionary<int, JsonObject> known)
    {
        if (request["as_in"] is not { } reference)
        {
            return;
        }

        var before = (JsonArray)known[(int)reference["begun"]!]["messages"]!;
        var messages = (JsonArray)request["messages"]!;
        int count = (int)reference["messages"]!;
        for (int i = 0; i < count; i++)
        {
            messages.Insert(i, before[i]!.DeepClone());
        }

        request.Remove("as_in");
    }

    private (int Begun, int Count) Longest(JsonArray messages)
    {
        (int Begun, int Count) best = (0, 0);
        foreach ((int begun, JsonArray known) in _recent)
        {
            int count = 0;
            while (count < int.Min(known.Count, messages.Count) && JsonNode.DeepEquals(known[count], messages[count]))
            {
                count++;
            }

            if (count > best.Count)
            {
                best = (begun, count);
            }
        }

        return best;
    }
}
