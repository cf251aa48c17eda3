using System.Text.Json;

namespace Rlm.Embedded.Schemas;

/// <summary>One check of a value against a schema. Used once.</summary>
internal sealed class SchemaCheck(JsonSchema schema)
{
    // References and alternatives can multiply: a small schema may ask for endless work.
    private const int MaxSteps = 500_000;
    private const int MaxDepth = 200;
    private const int ReasonsShown = 4;

    private int _steps;

    /// <summary>The first mismatch, or null.</summary>
    public string? Find(JsonElement value) => Find(schema.Root, value, "$", 0);

    private string? Find(JsonElement rule, JsonElement value, string place, int depth)
    {
        if (++_steps > MaxSteps || depth > MaxDepth)
        {
            return $"{place}: the schema needs too many steps to check; make it simpler";
        }

        if (rule.ValueKind != JsonValueKind.Object)
        {
            return rule.ValueKind == JsonValueKind.True ? null : $"{place}: nothing is allowed here";
        }

        if (value.ValueKind == JsonValueKind.Null && rule.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True)
        {
            return null;
        }

        foreach (var keyword in rule.EnumerateObject())
        {
            if (Find(rule, keyword.Name, keyword.Value, value, place, depth) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private string? Find(JsonElement rule, string keyword, JsonElement operand, JsonElement value, string place, int depth) => keyword switch
    {
        "type" => SchemaValue.IsOfType(value, operand) ? null : $"{place}: expected {SchemaValue.Types(operand)}, got {SchemaValue.Describe(value)}",
        "enum" => operand.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)) ? null : $"{place}: expected one of {SchemaValue.Shorten(operand.GetRawText())}, got {SchemaValue.Describe(value)}",
        "const" => JsonElement.DeepEquals(operand, value) ? null : $"{place}: expected {SchemaValue.Shorten(operand.GetRawText())}, got {SchemaValue.Describe(value)}",
        "$ref" => Find(schema.Resolve(operand.GetString()!), value, place, depth + 1),
        "allOf" => FirstOf(operand.EnumerateArray().Select(part => Find(part, value, place, depth + 1))),
        "anyOf" or "oneOf" => FindAlternative(operand, value, place, depth, exactlyOne: keyword == "oneOf"),
        "not" => Find(operand, value, place, depth + 1) is null ? $"{place}: {SchemaValue.Describe(value)} is what the schema rules out" : null,
        _ => value.ValueKind switch
        {
            JsonValueKind.Object => FindInObject(rule, keyword, operand, value, place, depth),
            JsonValueKind.Array => FindInArray(rule, keyword, operand, value, place, depth),
            JsonValueKind.String => SchemaValue.FindInString(schema, keyword, operand, value.GetString()!) is { } problem ? $"{place}: {problem}" : null,
            JsonValueKind.Number => SchemaValue.FindInNumber(keyword, operand, value) is { } problem ? $"{place}: {problem}" : null,
            _ => null,
        },
    };

    private static string? FirstOf(IEnumerable<string?> reasons) => reasons.FirstOrDefault(reason => reason is not null);

    private string? FindAlternative(JsonElement alternatives, JsonElement value, string place, int depth, bool exactlyOne)
    {
        var fits = 0;
        List<string> reasons = [];
        foreach (var alternative in alternatives.EnumerateArray())
        {
            if (Find(alternative, value, place, depth + 1) is { } reason)
            {
                reasons.Add(reason);
            }
            else if (++fits > 1 || !exactlyOne)
            {
                break;
            }
        }

        return fits switch
        {
            0 => $"{place}: fits none of the {reasons.Count} alternatives ({string.Join("; ", reasons.Take(ReasonsShown))})",
            > 1 => $"{place}: fits more than one alternative, and exactly one is asked for",
            _ => null,
        };
    }

    private string? FindInObject(JsonElement rule, string keyword, JsonElement operand, JsonElement value, string place, int depth)
    {
        switch (keyword)
        {
            case "required":
                return operand.EnumerateArray().Select(name => name.GetString()!).FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing
                    ? $"{place}: the property '{missing}' is missing"
                    : null;
            case "properties":
                return FirstOf(operand.EnumerateObject().Select(property =>
                    value.TryGetProperty(property.Name, out var found) ? Find(property.Value, found, $"{place}.{property.Name}", depth + 1) : null));
            case "patternProperties":
                return FirstOf(value.EnumerateObject().SelectMany(property => operand.EnumerateObject()
                    .Where(pattern => schema.Pattern(pattern.Name).IsMatch(property.Name))
                    .Select(pattern => Find(pattern.Value, property.Value, $"{place}.{property.Name}", depth + 1))));
            case "additionalProperties":
                return FirstOf(value.EnumerateObject().Where(property => !IsNamed(rule, property.Name)).Select(property =>
                    operand.ValueKind == JsonValueKind.False
                        ? $"{place}: there must be no property '{property.Name}'"
                        : Find(operand, property.Value, $"{place}.{property.Name}", depth + 1)));
            case "minProperties":
                return value.GetPropertyCount() < operand.GetInt32() ? $"{place}: {value.GetPropertyCount()} properties, and at least {operand} are asked for" : null;
            case "maxProperties":
                return value.GetPropertyCount() > operand.GetInt32() ? $"{place}: {value.GetPropertyCount()} properties, and at most {operand} are allowed" : null;
            default:
                return null;
        }
    }

    private bool IsNamed(JsonElement rule, string name) =>
        (rule.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _))
        || (rule.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Any(pattern => schema.Pattern(pattern.Name).IsMatch(name)));

    private string? FindInArray(JsonElement rule, string keyword, JsonElement operand, JsonElement value, string place, int depth)
    {
        switch (keyword)
        {
            case "prefixItems":
                return FirstOf(value.EnumerateArray().Zip(operand.EnumerateArray()).Select((pair, index) => Find(pair.Second, pair.First, $"{place}[{index}]", depth + 1)));
            case "items":
                var before = rule.TryGetProperty("prefixItems", out var prefix) ? prefix.GetArrayLength() : 0;
                return FirstOf(value.EnumerateArray().Skip(before).Select((item, index) => Find(operand, item, $"{place}[{index + before}]", depth + 1)));
            case "minItems":
                return value.GetArrayLength() < operand.GetInt32() ? $"{place}: {value.GetArrayLength()} items, and at least {operand} are asked for" : null;
            case "maxItems":
                return value.GetArrayLength() > operand.GetInt32() ? $"{place}: {value.GetArrayLength()} items, and at most {operand} are allowed" : null;
            case "uniqueItems":
                return operand.ValueKind == JsonValueKind.True ? FindRepeated(value, place) : null;
            default:
                return null;
        }
    }

    private string? FindRepeated(JsonElement array, string place)
    {
        List<JsonElement> items = [.. array.EnumerateArray()];
        for (var i = 1; i < items.Count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                if (++_steps > MaxSteps)
                {
                    return $"{place}: too many items to compare with each other";
                }

                if (JsonElement.DeepEquals(items[i], items[k]))
                {
                    return $"{place}: the items {k} and {i} are equal, and all must differ";
                }
            }
        }

        return null;
    }
}
