using System.Buffers;
using System.Collections;
using System.Numerics;
using System.Text.Json;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Schemas;

/// <summary>Plain values (null, text, numbers, bool, bytes, lists, dictionaries with text as keys) as JSON.</summary>
internal static class JsonValues
{
    private const int MaxDepth = 256;

    // A list that holds one other list twice, which holds one twice, and so on, is small in memory and endless as JSON.
    private const int FlushAt = 1 << 16;

    /// <summary>A value as JSON; bytes as base64.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limit">Bytes the JSON may have.</param>
    /// <exception cref="RlmException">A number is not finite, or a value has no counterpart.</exception>
    /// <exception cref="ValueTooLargeException">The JSON is longer than <paramref name="limit"/>.</exception>
    public static JsonElement ToElement(object? value, long limit = int.MaxValue / 2)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { MaxDepth = MaxDepth, SkipValidation = true }))
        {
            Write(writer, value, Math.Min(limit, int.MaxValue / 2));
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, object? value, long limit)
    {
        if (writer.BytesPending > FlushAt)
        {
            writer.Flush();
        }

        if (writer.BytesCommitted + writer.BytesPending > limit || (value is string { Length: var length } && length > limit))
        {
            throw new ValueTooLargeException(limit);
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(WithoutLoneSurrogates(text));
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case BigInteger number:
                writer.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number:
                throw new RlmException($"The number {(double.IsNaN(number) ? "nan" : "inf")} has no JSON form. Give a finite one, or None.");
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case JsonElement json:
                json.WriteTo(writer);
                break;
            case IReadOnlyDictionary<string, object?> items:
                writer.WriteStartObject();
                foreach (var (name, item) in items)
                {
                    writer.WritePropertyName(WithoutLoneSurrogates(name));
                    Write(writer, item, limit);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item, limit);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new RlmException($"A value of type {value.GetType()} has no JSON form here.");
        }
    }

    // JSON is UTF-8, which has none; what matters as exact text does not go this way.
    private static string WithoutLoneSurrogates(string text) => text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') < 0
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
