using System.Buffers;
using System.Text.Json;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>Writes the answers of `rlm repl --jsonl`, one line each.</summary>
internal sealed class ReplResponse(Stream output)
{
    private const int KeptCapacity = 1 << 20;

    private ArrayBufferWriter<byte> _buffer = new(4096);

    /// <summary>The answer to a cell that ran.</summary>
    public void WriteResult(ReplRequest request, CellResult result)
    {
        using (Utf8JsonWriter json = Begin(request))
        {
            WriteText(json, "stdout"u8, result.Stdout);
            WriteText(json, "stderr"u8, result.Error is { } error ? result.Stderr + error.Traceback : result.Stderr);
            WriteError(json, result.Error?.Type, result.Error?.Message, result.Error?.Line);
            WriteText(json, "final"u8, result.FinalAnswer);
            json.WriteStartArray("variables"u8);
            foreach (ReplVariable variable in result.Variables)
            {
                JsonText.Write(json, variable.Name);
            }

            json.WriteEndArray();
            json.WriteNumber("elapsed_us"u8, (long)result.Elapsed.TotalMicroseconds);
            WriteText(json, "stopped"u8, result.Stopped == CellStop.None ? null : result.Stopped.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        Send();
    }

    /// <summary>The answer to a line that ran nothing.</summary>
    public void WriteProblem(ReplRequest request, string type, string message)
    {
        using (Utf8JsonWriter json = Begin(request))
        {
            json.WriteString("stdout"u8, "");
            json.WriteString("stderr"u8, "");
            WriteError(json, type, message, null);
            json.WriteNull("final"u8);
            json.WriteStartArray("variables"u8);
            json.WriteEndArray();
            json.WriteNumber("elapsed_us"u8, 0);
            json.WriteNull("stopped"u8);
            json.WriteEndObject();
        }

        Send();
    }

    private static void WriteError(Utf8JsonWriter json, string? type, string? message, int? line)
    {
        if (type is null)
        {
            json.WriteNull("error"u8);
            return;
        }

        json.WriteStartObject("error"u8);
        WriteText(json, "type"u8, type);
        WriteText(json, "message"u8, message);
        if (line is { } number)
        {
            json.WriteNumber("line"u8, number);
        }
        else
        {
            json.WriteNull("line"u8);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        json.WritePropertyName(name);
        JsonText.Write(json, text);
    }

    private Utf8JsonWriter Begin(ReplRequest request)
    {
        // What an answer that could not be written has left.
        _buffer.ResetWrittenCount();
        Utf8JsonWriter json = new(_buffer, JsonText.Options);
        json.WriteStartObject();
        json.WritePropertyName("id"u8);
        json.WriteRawValue(request.Id, skipInputValidation: true);
        WriteText(json, "session"u8, request.Session);
        return json;
    }

    private void Send()
    {
        _buffer.Write("\n"u8);
        output.Write(_buffer.WrittenSpan);
        if (_buffer.Capacity > KeptCapacity)
        {
            _buffer = new ArrayBufferWriter<byte>(4096);
        }
        else
        {
            _buffer.ResetWrittenCount();
        }
    }
}
