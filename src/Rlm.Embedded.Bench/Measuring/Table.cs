using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Bench.Measuring;

/// <summary>The table as text and as JSON.</summary>
internal static class Table
{
    private static readonly string[] s_head = ["work", "measured", "floor", "ratio", "target", "", "note"];

    public static string Show(IReadOnlyList<Row> rows)
    {
        List<string[]> cells = [s_head, .. rows.Select(Cells)];
        int[] widths = [.. Enumerable.Range(0, s_head.Length).Select(column => cells.Max(line => line[column].Length))];
        StringBuilder text = new();
        foreach (string[] line in cells)
        {
            text.AppendLine(string.Join("  ", line.Select((cell, i) => i is 1 or 2 or 3 ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
        }

        return text.ToString();
    }

    public static void WriteJson(string path, IReadOnlyList<Row> rows)
    {
        using FileStream file = File.Create(path);
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("time", TimeProvider.System.GetUtcNow());
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteStartArray("rows");
        foreach (Row row in rows)
        {
            json.WriteStartObject();
            json.WriteString("work", row.Work);
            Write(json, "value", row.Value);
            Write(json, "floor", row.Floor);
            Write(json, "ratio", row.Ratio);
            json.WriteString("unit", row.Unit);
            json.WriteString("target", row.Target);
            if (row.IsMet is { } met)
            {
                json.WriteBoolean("met", met);
            }
            else
            {
                json.WriteNull("met");
            }

            json.WriteString("note", row.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 4));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string[] Cells(Row row) =>
    [
        row.Work, Number(row.Value, row.Unit), Number(row.Floor, row.Unit), row.Ratio is { } ratio ? $"{ratio:0.00} x" : "",
        row.Target, row.IsMet switch { true => "met", false => "MISSED", null => "" }, row.Note,
    ];

    private static string Number(double? value, string unit) => value is { } number ? $"{number.ToString(Math.Abs(number) < 10 ? "0.000" : "#,0.0")} {unit}" : "";
}
