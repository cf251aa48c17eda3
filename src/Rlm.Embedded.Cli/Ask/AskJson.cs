using System.Buffers;
using System.Text.Json;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>`rlm ask --json`: one object.</summary>
internal static class AskJson
{
    public static void Write(Terminal terminal, RlmResult result, string model)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WritePropertyName("answer"u8);
            JsonText.Write(json, result.Text);
            json.WriteString("model"u8, model);
            json.WriteString("stop_reason"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(result.StopReason.ToString()));
            json.WriteString("limit"u8, result.LimitNote is { } note ? ToolWords.Of(note) : null);
            json.WriteNumber("turns"u8, result.Turns);
            json.WriteNumber("cells"u8, result.Trajectory.Sum(turn => turn.Cells.Count));
            json.WriteNumber("sub_calls"u8, result.Usage.SubCalls);
            json.WriteNumber("refused_sub_calls"u8, result.Usage.RefusedSubCalls);
            json.WriteNumber("calls"u8, result.Usage.Calls);
            json.WriteNumber("failed_calls"u8, result.Usage.FailedCalls);
            json.WriteNumber("input_tokens"u8, result.Usage.Tokens.Input);
            json.WriteNumber("output_tokens"u8, result.Usage.Tokens.Output);
            json.WriteNumber("root_input_tokens"u8, result.Usage.RootTokens.Input);
            json.WriteNumber("root_output_tokens"u8, result.Usage.RootTokens.Output);
            json.WriteNumber("sub_input_tokens"u8, result.Usage.SubTokens.Input);
            json.WriteNumber("sub_output_tokens"u8, result.Usage.SubTokens.Output);
            json.WriteNumber("estimated_tokens"u8, result.Usage.EstimatedTokens.Total);
            if (result.Usage.Cost is { } cost)
            {
                json.WriteNumber("cost_usd"u8, cost);
            }

            json.WriteNumber("elapsed_ms"u8, Milliseconds(result.Times.Total));
            json.WriteStartObject("split_ms"u8);
            json.WriteNumber("context_load"u8, Milliseconds(result.Times.ContextLoad));
            json.WriteNumber("cells"u8, Milliseconds(result.Times.Cells));
            json.WriteNumber("model"u8, Milliseconds(result.Times.Model));
            json.WriteNumber("harness"u8, Milliseconds(result.Times.Harness));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        terminal.OutStream.Write(buffer.WrittenSpan);
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
