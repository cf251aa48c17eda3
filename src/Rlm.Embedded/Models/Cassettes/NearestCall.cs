using System.Text.Json.Nodes;

namespace Rlm.Embedded.Models;

/// <summary>Finds the recorded call that is most like one that was not recorded, and where they part.</summary>
internal static class NearestCall
{
    private const int Around = 40;

    public static string Describe(string path, string model, JsonObject request, IReadOnlyList<CassetteEntry> entries)
    {
        string wanted = request.ToJsonString(CallJson.Compact);
        CassetteEntry? nearest = entries.MaxBy(e => Likeness(wanted, e.Request.ToJsonString(CallJson.Compact)));
        if (nearest is null)
        {
            return $"The cassette {path} is empty, and {model} was asked.";
        }

        (string where, string recorded, string asked) = FirstDifference("", nearest.Request, request)
            ?? ("the order of fields", "", "");
        return $"The cassette {path} does not hold this call to {model}. The nearest is line {nearest.Line}; they differ at {where}: "
            + $"recorded {recorded}, asked {asked}. Record the run again, or undo what changed the request.";
    }

    /// <summary>Characters in common at both ends.</summary>
    private static double Likeness(string a, string b)
    {
        int shorter = int.Min(a.Length, b.Length);
        int front = a.AsSpan().CommonPrefixLength(b);
        int back = 0;
        while (back < shorter - front && a[^(back + 1)] == b[^(back + 1)])
        {
            back++;
        }

        return (front + back) / (double)int.Max(a.Length, b.Length);
    }

    private static (string Where, string Recorded, string Asked)? FirstDifference(string path, JsonNode? recorded, JsonNode? asked)
    {
        if (JsonNode.DeepEquals(recorded, asked))
        {
            return null;
        }

        if (recorded is JsonObject a && asked is JsonObject b)
        {
            return a.Select(p => p.Key).Union(b.Select(p => p.Key), StringComparer.Ordinal)
                .Select(name => FirstDifference(path.Length == 0 ? name : $"{path}.{name}", a[name], b[name]))
                .First(d => d is not null);
        }

        if (recorded is JsonArray listA && asked is JsonArray listB)
        {
            for (int i = 0; i < int.Min(listA.Count, listB.Count); i++)
            {
                if (FirstDifference($"{path}[{i}]", listA[i], listB[i]) is { } difference)
                {
                    return difference;
                }
            }

            return ($"{path} (length)", $"{listA.Count} items", $"{listB.Count} items");
        }

        string textA = recorded?.ToJsonString(CallJson.Compact) ?? "nothing";
        string textB = asked?.ToJsonString(CallJson.Compact) ?? "nothing";
        int at = textA.AsSpan().CommonPrefixLength(textB);
        return ($"{path}, character {at}", Part(textA, at), Part(textB, at));
    }

    private static string Part(string text, int at)
    {
        int start = int.Max(0, at - Around);
        int end = int.Min(text.Length, at + Around);
        return $"{(start > 0 ? "..." : "")}{text[start..end]}{(end < text.Length ? "..." : "")}";
    }
}
