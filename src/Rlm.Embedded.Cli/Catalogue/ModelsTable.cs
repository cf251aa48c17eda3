using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.View;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>`rlm models`: the catalogue, for people and for programs.</summary>
internal static class ModelsTable
{
    private const string Day = "yyyy-MM-dd";

    public static void Write(Terminal terminal, IReadOnlyList<ModelRow> rows)
    {
        ResultTable table = new("model", "window", "$ in", "$ out", "prices of", "configured");
        foreach (ModelRow row in rows)
        {
            table.Add(
                row.Name,
                row.Facts is { } known ? known.ContextWindow.ToString("N0", CultureInfo.InvariantCulture) : "",
                Price(row.Facts?.Price.Input),
                Price(row.Facts?.Price.Output),
                row.Facts?.PricesAsOf.ToString(Day, CultureInfo.InvariantCulture) ?? "",
                ModelKeys.Describe(row.Provider));
        }

        table.Write(terminal);
        terminal.Out.WriteLine("Windows in tokens, list prices in US dollars for a million tokens. Any other model of a provider can be named too.");
    }

    public static void WriteJson(Terminal terminal, IReadOnlyList<ModelRow> rows)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("models"u8);
            foreach (ModelRow row in rows)
            {
                Write(json, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        terminal.OutStream.Write(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ModelRow row)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, row.Name);
        json.WriteString("provider"u8, row.Provider.Name);
        json.WriteBoolean("configured"u8, row.Provider.Missing is null);
        json.WriteString("missing"u8, row.Provider.Missing);
        WriteNames(json, "variables", row.Provider.Variables);
        WriteNames(json, "variables_set", row.Provider.VariablesSet);
        if (row.Facts is { } known)
        {
            json.WriteNumber("context_window"u8, known.ContextWindow);
            json.WriteNumber("max_output"u8, known.MaxOutput);
            json.WriteNumber("input_price"u8, known.Price.Input);
            json.WriteNumber("cached_input_price"u8, known.Price.CachedInput);
            json.WriteNumber("output_price"u8, known.Price.Output);
            json.WriteString("prices_as_of"u8, known.PricesAsOf.ToString(Day, CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IEnumerable<string> names)
    {
        json.WriteStartArray(key);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static string Price(decimal? price) => price?.ToString("0.00#", CultureInfo.InvariantCulture) ?? "";
}
