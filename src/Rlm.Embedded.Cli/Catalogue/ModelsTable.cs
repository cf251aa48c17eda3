using System.Buffers;
using System.Text.Json;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.View;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>`rlm models`: the catalogue, for people and for programs.</summary>
internal static class ModelsTable
{
    /// <summary>For people: under each provider its models on a terminal, one line a model in a pipe.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<ModelRow> rows)
    {
        if (terminal.OutIsTerminal)
        {
            foreach (string line in ModelsList.Lines(rows, terminal.Width))
            {
                terminal.Out.WriteLine(line);
            }
        }
        else
        {
            WritePlain(terminal, rows);
        }

        foreach (string line in Frame.Lines.Wrap("Windows in tokens, list prices in US dollars for a million tokens in and out. Any other model of a provider can be named too.", terminal.OutIsTerminal ? terminal.Width : int.MaxValue))
        {
            terminal.Out.WriteLine(line);
        }
    }

    private static void WritePlain(Terminal terminal, IReadOnlyList<ModelRow> rows)
    {
        ResultTable table = new("model", "window", "$ in", "$ out", "prices of", "configured");
        foreach (ModelRow row in rows)
        {
            table.Add(row.Name, row.Window, row.InputPrice, row.OutputPrice, row.PricesAsOf, ModelKeys.Describe(row.Provider));
        }

        table.Write(terminal);
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
            json.WriteString("prices_as_of"u8, row.PricesAsOf);
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
}
