using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Schemas;

/// <summary>
/// A JSON schema that values are checked against. A schema with a keyword that is not known here is refused as a whole, so that nothing passes unchecked;
/// <c>format</c> and the content keywords are known and not checked. Immutable, thread-safe.
/// </summary>
/// <remarks>Schemas may come from a model: the work that one can cause is bounded, and patterns are matched in linear time.</remarks>
internal sealed class JsonSchema
{
    private const int MaxDepth = 200;

    private static readonly string[] s_types = ["null", "boolean", "integer", "number", "string", "array", "object"];

    private readonly Dictionary<string, JsonElement> _references = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    private JsonSchema(JsonElement root)
    {
        Root = root;
        Walk(root, "#", 0);
    }

    /// <summary>The schema as it was given.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">An object, or true or false. Copied.</param>
    /// <exception cref="RlmConfigurationException">It is no schema, or uses what is not known here.</exception>
    public static JsonSchema Parse(JsonElement schema) => new(schema.Clone());

    /// <summary>Why a value does not fit: the place and the reason; null when it fits.</summary>
    public string? FindMismatch(JsonElement value) => new SchemaCheck(this).Find(value);

    /// <summary>What a <c>$ref</c> of this schema names.</summary>
    public JsonElement Resolve(string reference) => _references[reference];

    /// <summary>A <c>pattern</c> of this schema.</summary>
    public Regex Pattern(string pattern) => _patterns[pattern];

    private static RlmConfigurationException Bad(string place, string problem) => new($"The JSON schema is not usable: {place} {problem}.");

    private void Walk(JsonElement schema, string place, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw Bad(place, $"is {Kind(schema)}, and a schema is an object");
        }

        if (depth > MaxDepth)
        {
            throw Bad(place, $"nests deeper than {MaxDepth} schemas");
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var operand = SchemaKeywords.Find(keyword.Name)
                ?? throw Bad(place, $"has the keyword '{keyword.Name}', which is not known here. Use type, properties, required, items, enum, anyOf, minimum, pattern and the like");
            WalkOperand(keyword.Value, operand, $"{place}/{keyword.Name}", depth);
        }
    }

    private void WalkOperand(JsonElement value, SchemaOperand operand, string place, int depth)
    {
        switch (operand)
        {
            case SchemaOperand.Schema:
                Walk(value, place, depth + 1);
                break;
            case SchemaOperand.Schemas:
                Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, place, "must be a list of schemas");
                foreach (var item in value.EnumerateArray())
                {
                    Walk(item, place, depth + 1);
                }

                break;
            case SchemaOperand.Named or SchemaOperand.Patterned:
                Require(value.ValueKind == JsonValueKind.Object, place, "must be an object of schemas");
                foreach (var item in value.EnumerateObject())
                {
                    if (operand == SchemaOperand.Patterned)
                    {
                        AddPattern(item.Name, place);
                    }

                    Walk(item.Value, $"{place}/{item.Name}", depth + 1);
                }

                break;
            case SchemaOperand.Pattern:
                Require(value.ValueKind == JsonValueKind.String, place, "must be a string");
                AddPattern(value.GetString()!, place);
                break;
            case SchemaOperand.Reference:
                Require(value.ValueKind == JsonValueKind.String, place, "must be a string");
                AddReference(value.GetString()!, place, depth);
                break;
            case SchemaOperand.Type:
                Require(Items(value).Any() && Items(value).All(item => item.ValueKind == JsonValueKind.String && s_types.Contains(item.GetString())), place, $"must be one of {string.Join(", ", s_types)}, or a list of them");
                break;
            case SchemaOperand.Number:
                Require(value.ValueKind == JsonValueKind.Number, place, "must be a number");
                break;
            case SchemaOperand.Count:
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0, place, "must be a whole number, not negative");
                break;
            case SchemaOperand.Names:
                Require(value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String), place, "must be a list of strings");
                break;
            case SchemaOperand.Values:
                Require(value.ValueKind == JsonValueKind.Array, place, "must be a list");
                break;
            case SchemaOperand.Flag:
                Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, place, "must be true or false");
                break;
        }
    }

    private static void Require(bool holds, string place, string problem)
    {
        if (!holds)
        {
            throw Bad(place, problem);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();

    private void AddPattern(string pattern, string place)
    {
        try
        {
            // The engine that cannot backtrack: a model's pattern must not keep the host busy.
            _patterns[pattern] = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            throw Bad(place, $"holds a pattern that cannot be used ({cause.Message.TrimEnd('.')}); look-arounds and back-references are not supported");
        }
    }

    private void AddReference(string reference, string place, int depth)
    {
        if (_references.ContainsKey(reference))
        {
            return;
        }

        Require(reference is "#" || reference.StartsWith("#/", StringComparison.Ordinal), place, $"names '{reference}'; only places in the same schema, like #/$defs/name, can be named");
        var target = Root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var found = target.ValueKind switch
            {
                JsonValueKind.Object => target.TryGetProperty(name, out target),
                JsonValueKind.Array => int.TryParse(name, out var index) && index >= 0 && index < target.GetArrayLength() && (target = target[index]).ValueKind != JsonValueKind.Undefined,
                _ => false,
            };
            Require(found, place, $"names '{reference}', which the schema does not have");
        }

        _references[reference] = target;
        Walk(target, reference, depth + 1);
    }
}
