using System.Text.Json;

namespace Rlm.Embedded.Repl.Tools;

/// <summary>JSON schemas and JSON values as Python writes them.</summary>
internal static class PythonType
{
    private const int MaxDepth = 4;
    private const int EnumShown = 12;

    /// <summary>The type that a schema describes, or null when that is anything.</summary>
    public static string? Of(JsonElement schema, int depth = 0)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return null;
        }

        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() is > 0 and <= EnumShown)
        {
            return $"Literal[{string.Join(", ", values.EnumerateArray().Select(Literal))}]";
        }

        foreach (var union in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(union, out var parts) && parts.ValueKind == JsonValueKind.Array)
            {
                return Union(parts.EnumerateArray().Select(part => Of(part, depth + 1)));
            }
        }

        if (!schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        return type.ValueKind == JsonValueKind.Array
            ? Union(type.EnumerateArray().Select(one => Of(one.GetString(), schema, depth)))
            : Of(type.GetString(), schema, depth);
    }

    /// <summary>A value as a Python literal.</summary>
    public static string Literal(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "None",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.String => Quote(value.GetString()!),
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Literal))}]",
        JsonValueKind.Object => "{" + string.Join(", ", value.EnumerateObject().Select(item => $"{Quote(item.Name)}: {Literal(item.Value)}")) + "}",
        _ => value.GetRawText(),
    };

    private static string? Of(string? type, JsonElement schema, int depth) => type switch
    {
        "string" => "str",
        "integer" => "int",
        "number" => "float",
        "boolean" => "bool",
        "null" => "None",
        "array" => schema.TryGetProperty("items", out var items) && Of(items, depth + 1) is { } item ? $"list[{item}]" : "list",
        "object" => Fields(schema) is { Length: > 0 } fields ? $"dict[{fields}]" : "dict",
        _ => null,
    };

    // dict['name': str, 'age': int] is no Python, but models read it right.
    private static string? Fields(JsonElement schema) => schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        ? string.Join(", ", properties.EnumerateObject().Select(property => $"{Quote(property.Name)}: {Of(property.Value, MaxDepth - 1) ?? "Any"}"))
        : null;

    private static string? Union(IEnumerable<string?> parts)
    {
        List<string?> all = [.. parts.Distinct()];
        return all.Count == 0 || all.Contains(null) ? null : string.Join(" | ", all);
    }

    private static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) + "'";
}
