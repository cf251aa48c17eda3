using System.Text.Json;

namespace Rlm.Embedded.Schemas;

/// <summary>What JSON schemas say about single values.</summary>
internal static class SchemaValue
{
    private const int CharactersShown = 80;

    /// <summary>Whether a value is of a type, or of one of a list.</summary>
    public static bool IsOfType(JsonElement value, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(value, one.GetString()!))
        : IsOfType(value, type.GetString()!);

    /// <summary>The types, for a message.</summary>
    public static string Types(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString()))
        : type.GetString()!;

    /// <summary>A value, for a message.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"an object with {value.GetPropertyCount()} properties",
        JsonValueKind.Array => $"an array of {value.GetArrayLength()}",
        JsonValueKind.String => $"the string {Shorten(value.GetRawText())}",
        JsonValueKind.Number => $"the number {Shorten(value.GetRawText())}",
        _ => value.GetRawText(),
    };

    /// <summary>The beginning of a text that may be long.</summary>
    public static string Shorten(string text) => text.Length > CharactersShown ? text[..CharactersShown] + "..." : text;

    /// <summary>Why a string does not fit a keyword, or null.</summary>
    public static string? FindInString(JsonSchema schema, string keyword, JsonElement operand, string value) => keyword switch
    {
        "minLength" when Length(value) < operand.GetInt32() => $"{Length(value)} characters, and at least {operand} are asked for",
        "maxLength" when Length(value) > operand.GetInt32() => $"{Length(value)} characters, and at most {operand} are allowed",
        "pattern" when !schema.Pattern(operand.GetString()!).IsMatch(value) => $"'{Shorten(value)}' does not match the pattern {operand}",
        _ => null,
    };

    /// <summary>Why a number does not fit a keyword, or null.</summary>
    public static string? FindInNumber(string keyword, JsonElement operand, JsonElement value) => keyword switch
    {
        "minimum" when Compare(value, operand) < 0 => $"{value} is less than {operand}",
        "maximum" when Compare(value, operand) > 0 => $"{value} is greater than {operand}",
        "exclusiveMinimum" when Compare(value, operand) <= 0 => $"{value} is not greater than {operand}",
        "exclusiveMaximum" when Compare(value, operand) >= 0 => $"{value} is not less than {operand}",
        "multipleOf" when !IsMultiple(value, operand) => $"{value} is not a multiple of {operand}",
        _ => null,
    };

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && IsWhole(value),
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };

    private static bool IsWhole(JsonElement number) =>
        !number.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') || (number.GetDouble() is var value && double.IsFinite(value) && Math.Floor(value) == value);

    // Code points, as the specification says.
    private static int Length(string text) => text.EnumerateRunes().Count();

    private static int Compare(JsonElement left, JsonElement right) =>
        left.TryGetDecimal(out var exact) && right.TryGetDecimal(out var bound) ? exact.CompareTo(bound) : left.GetDouble().CompareTo(right.GetDouble());

    private static bool IsMultiple(JsonElement value, JsonElement of)
    {
        if (value.TryGetDecimal(out var exact) && of.TryGetDecimal(out var step) && step != 0)
        {
            return exact % step == 0;
        }

        return of.GetDouble() is var size && size != 0 && Math.IEEERemainder(value.GetDouble(), size) == 0;
    }
}
