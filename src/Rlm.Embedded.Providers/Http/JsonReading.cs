using System.Globalization;
using System.Text.Json;

namespace Rlm.Embedded.Providers;

/// <summary>Reads JSON of servers that leave fields out, null them or give them another type: what does not fit counts as absent.</summary>
internal static class JsonReading
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value ? LooseJson.Text(value) : null;

    public static long? Integer(this JsonElement element, string name) =>
        element.Number(name) is { } number && double.Abs(number) < long.MaxValue ? (long)number : null;

    public static double? Number(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double number) => number,
        { ValueKind: JsonValueKind.String } value
            when double.TryParse(LooseJson.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => null,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];
}
