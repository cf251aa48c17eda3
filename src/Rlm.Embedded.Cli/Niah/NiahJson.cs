using System.Buffers;
using System.Text.Json;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Niah;

/// <summary>`rlm niah --json`: one object, the keys that other programs rely on.</summary>
internal static class NiahJson
{
    public static void Write(Terminal terminal, NiahOutcome outcome)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteBoolean("found"u8, outcome.Found);
            json.WriteString("needle"u8, outcome.Haystack.Needle.ToString());
            json.WriteString("answer"u8, outcome.Result.Text);
            json.WriteString("model"u8, outcome.Model);
            json.WriteNumber("context_chars"u8, outcome.Haystack.Text.Length);
            json.WriteNumber("turns"u8, outcome.Result.Turns);
            json.WriteNumber("cells"u8, outcome.Cells);
            json.WriteNumber("sub_calls"u8, outcome.Result.Usage.SubCalls);
            json.WriteNumber("elapsed_ms"u8, Milliseconds(outcome.Elapsed));
            Write(json, "split_ms", outcome.Split);
            if (outcome.WarmSplit is { } warm)
            {
                Write(json, "warm_split_ms", warm);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        terminal.OutStream.Write(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, TimeSplit split)
    {
        json.WriteStartObject(name);
        json.WriteNumber("generate"u8, Milliseconds(split.Generate));
        json.WriteNumber("context_load"u8, Milliseconds(split.ContextLoad));
        json.WriteNumber("cells"u8, Milliseconds(split.Cells));
        json.WriteNumber("model"u8, Milliseconds(split.Model));
        json.WriteNumber("harness"u8, Milliseconds(split.Harness));
        json.WriteEndObject();
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
