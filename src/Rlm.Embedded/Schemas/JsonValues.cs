using System.Buffers;
using System.Collections;
using System.Numerics;
using System.Text.Json;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Schemas;

/// <summary>Plain values (null, text, numbers, bool, bytes, lists, dictionaries with text as keys) as JSON.</summary>
internal sealed class JsonValues
{
    private const int MaxDepth = 256;
    private const int FlushAt = 1 << 16;

    // What a token costs besides its text. A list that holds one other list twice, which holds one twice, and so on, is small in memory and endless as JSON.
    private const int BytesOfAny = 16;

    // 4,300 digits, where Python's own str(int) stops too: the work grows with the square.
    private const int MaxIntegerBytes = 1_786;

    private readonly Utf8JsonWriter _writer;
    private readonly long _limit;
    private long _taken;

    private JsonValues(Utf8JsonWriter writer, long limit)
    {
        _writer = writer;
        _limit = limit;
    }

    /// <summary>A value as JSON; bytes as base64.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limit">Bytes the JSON may take, roughly.</param>
    /// <exception cref="RlmException">A number is not finite, or a value has no counterpart.</exception>
    /// <exception cref="ValueTooLargeException">The JSON is larger than <paramref name="limit"/>.</exception>
    public static JsonElement ToElement(object? value, long limit = int.MaxValue / 4)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { MaxDepth = MaxDepth, SkipValidation = true }))
        {
            new JsonValues(writer, Math.Min(limit, int.MaxValue / 4)).Write(value);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.Clone();
    }

    private void Write(object? value)
    {
        Take(BytesOfAny);
        if (_writer.BytesPending > FlushAt)
        {
            _writer.Flush();
        }

        switch (value)
        {
            case null:
                _writer.WriteNullValue();
                break;
            case string text:
                _writer.WriteStringValue(Taken(text));
                break;
            case bool truth:
                _writer.WriteBooleanValue(truth);
                break;
            case long number:
                _writer.WriteNumberValue(number);
                break;
            case BigInteger number when number.GetByteCount() > MaxIntegerBytes:
                throw new RlmException("An int of more than 4,300 digits has no JSON form here. Give it as str.");
            case BigInteger number:
                _writer.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            case double number when double.IsFinite(number):
                _writer.WriteNumberValue(number);
                break;
            case double number:
                throw new RlmException($"The number {(double.IsNaN(number) ? "nan" : "inf")} has no JSON form. Give a finite one, or None.");
            case byte[] bytes:
                Take(bytes.LongLength * 2);
                _writer.WriteBase64StringValue(bytes);
                break;
            case JsonElement json:
                json.WriteTo(_writer);
                break;
            case IReadOnlyDictionary<string, object?> items:
                _writer.WriteStartObject();
                foreach (var (name, item) in items)
                {
                    _writer.WritePropertyName(Taken(name));
                    Write(item);
                }

                _writer.WriteEndObject();
                break;
            case IEnumerable items:
                _writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(item);
                }

                _writer.WriteEndArray();
                break;
            default:
                throw new RlmException($"A value of type {value.GetType()} has no JSON form here.");
        }
    }

    private void Take(long bytes)
    {
        _taken += bytes;
        if (_taken > _limit)
        {
            throw new ValueTooLargeException(_limit);
        }
    }

    // JSON is UTF-8, which has no lone surrogates; what matters as exact text does not go this way.
    private string Taken(string text)
    {
        Take(text.Length);
        return text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') < 0 ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
    }
}
