using System.Collections;
using System.Numerics;
using System.Text.Json;

namespace Rlm.Embedded.Repl.Tools;

/// <summary>What a tool that is a value may hold: a copy in plain types, so that later changes do not reach a session.</summary>
internal static class ToolValue
{
    private const int MaxDepth = 100;

    /// <summary>A deep copy.</summary>
    /// <exception cref="RlmConfigurationException">The value, or one inside it, has no counterpart in Python.</exception>
    public static object? Copy(string tool, object? value, int depth = 0) => depth > MaxDepth
        ? throw new RlmConfigurationException($"The value of the tool '{tool}' nests deeper than {MaxDepth} levels, or contains itself. Give a flatter one.")
        : value switch
        {
            null or string or bool or BigInteger => value,
            sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
            ulong number => (BigInteger)number,
            float or double => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture),
            byte[] bytes => bytes.ToArray(),
            JsonElement json => json.Clone(),
            IDictionary items => Dictionary(tool, items, depth),
            IReadOnlyDictionary<string, object?> items => items.ToDictionary(item => item.Key, item => Copy(tool, item.Value, depth + 1), StringComparer.Ordinal),
            IEnumerable items => items.Cast<object?>().Select(item => Copy(tool, item, depth + 1)).ToList(),
            _ => throw new RlmConfigurationException(
                $"The tool '{tool}' holds a value of type {value.GetType()}, which has no counterpart in Python. Give text, numbers, bool, null, bytes, and lists and dictionaries of these."),
        };

    /// <summary>The name of the type that the copy has in Python.</summary>
    public static string TypeName(object? copy) => copy switch
    {
        null => "None",
        string => "str",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        byte[] => "bytes",
        JsonElement json => json.ValueKind switch
        {
            JsonValueKind.Object => "dict",
            JsonValueKind.Array => "list",
            JsonValueKind.String => "str",
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Number => json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "int",
            _ => "None",
        },
        IDictionary => "dict",
        _ => "list",
    };

    private static Dictionary<string, object?> Dictionary(string tool, IDictionary items, int depth)
    {
        Dictionary<string, object?> copy = new(items.Count, StringComparer.Ordinal);
        foreach (DictionaryEntry item in items)
        {
            copy[item.Key as string ?? throw new RlmConfigurationException($"The tool '{tool}' holds a dictionary with a key of type {item.Key.GetType()}. Make its keys strings.")] =
                Copy(tool, item.Value, depth + 1);
        }

        return copy;
    }
}
