using System.IO.Compression;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A good answer, written and sent as servers and what stands before them do it. The same for every API.</summary>
internal static class FramingShapes
{
    private const string Json = "application/json";
    private const string Events = Wire.EventStream;

    private static readonly Protocol[] s_text = [Protocol.Chat, Protocol.Responses, Protocol.Anthropic];
    private static readonly Protocol[] s_all = [Protocol.Chat, Protocol.Responses, Protocol.Anthropic, Protocol.Bedrock];

    public static IEnumerable<Shape> All() =>
    [
        .. Both("as documented", answer => answer, s_all),
        .. Both("one byte at a time", answer => answer with { Piece = 1 }, s_all),
        .. Both("three bytes at a time, which cuts characters", answer => answer with { Piece = 3 }, s_all),
        .. Both("a byte order mark", answer => answer.With(body => [0xEF, 0xBB, 0xBF, .. body])),
        .. Both("line breaks and spaces in front to keep the connection alive", answer => answer.With(text => "\n\n \n" + text)),
        .. Both("labelled as plain text", answer => answer with { Type = "text/plain; charset=utf-8" }),
        .. Both("without a content type", answer => answer with { Type = null }),
        .. Both("gzip", answer => Packed(answer, "gzip", stream => new GZipStream(stream, CompressionLevel.Fastest))),
        .. Both("deflate", answer => Packed(answer, "deflate", stream => new ZLibStream(stream, CompressionLevel.Fastest))),
        .. Both("brotli", answer => Packed(answer, "br", stream => new BrotliStream(stream, CompressionLevel.Fastest))),
        .. Both("a byte that is not UTF-8", answer => answer.With(NotUtf8), expect: Expect.Good with { Text = GoodAnswer.Text.Replace('\u00e9', '\uFFFD') }),
        .. Both("\"error\": \"\" beside the answer", answer => answer.With(text => Beside(text, "\"error\":\"\""))),
        .. Both("\"error\": false beside the answer", answer => answer.With(text => Beside(text, "\"error\":false"))),
        .. Both("\"error\": {} beside the answer", answer => answer.With(text => Beside(text, "\"error\":{}"))),
        .. Both("\"error\": null beside the answer", answer => answer.With(text => Beside(text, "\"error\":null"))),
        .. Both("an error without words beside the answer", answer => answer.With(text => Beside(text, "\"error\":{\"message\":\"\",\"code\":0,\"type\":null}"))),
        .. Both("fields that nobody knows", answer => answer.With(text => Beside(text, "\"x_new\":{\"a\":[1,null]},\"timings\":{\"ms\":1.5}"))),

        .. Streamed("lines end with CR", answer => answer.With(text => text.Replace('\n', '\r'))),
        .. Streamed("lines end with CR LF", answer => answer.With(text => text.Replace("\n", "\r\n", StringComparison.Ordinal))),
        .. Streamed("lines end with CR LF, one byte at a time", answer => answer.With(text => text.Replace("\n", "\r\n", StringComparison.Ordinal)) with { Piece = 1 }),
        .. Streamed("events parted by one line break", answer => answer.With(text => text.Replace("\n\n", "\n", StringComparison.Ordinal))),
        .. Streamed("events parted by three line breaks", answer => answer.With(text => text.Replace("\n\n", "\n\n\n", StringComparison.Ordinal))),
        .. Streamed("comments between events", answer => answer.With(text => ": OPENROUTER PROCESSING\n\n" + text.Replace("\n\n", "\n\n: keep-alive\n\n", StringComparison.Ordinal))),
        .. Streamed("comments inside events", answer => answer.With(text => text.Replace("data:", ":\ndata:", StringComparison.Ordinal))),
        .. Streamed("no space behind data:", answer => answer.With(text => text.Replace("data: ", "data:", StringComparison.Ordinal))),
        .. Streamed("id and retry lines", answer => answer.With(text => text.Replace("data:", "id: 7\nretry: 3000\ndata:", StringComparison.Ordinal))),
        .. Streamed("no empty line at the end", answer => answer.With(text => text.TrimEnd('\n'))),
        .. Streamed("JSON lines without data:", answer => answer.With(text => text.Replace("data: {", "{", StringComparison.Ordinal))),
        .. Streamed("one event without data:", answer => answer.With(text => text[..text.LastIndexOf("data: {", StringComparison.Ordinal)] + text[(text.LastIndexOf("data: {", StringComparison.Ordinal) + 6)..])),
        .. Streamed("labelled as JSON", answer => answer with { Type = Json }),
        .. Streamed("[DONE] with spaces", answer => answer.With(text => text.Replace("data: [DONE]\n\n", "", StringComparison.Ordinal) + "data:  [DONE] \n\n")),
        .. Streamed("[DONE] twice", answer => answer.With(text => text + "data: [DONE]\n\ndata: [DONE]\n\n")),
        .. Streamed("data over several lines", answer => answer.With(text => text.Replace("data: {", "data: {\ndata: ", StringComparison.Ordinal))),
        .. Streamed("event: ping with {\"type\":\"ping\"}", answer => Pinged(answer, "event: ping\ndata: {\"type\":\"ping\"}\n\n")),
        .. Streamed("event: ping with {}", answer => Pinged(answer, "event: ping\ndata: {}\n\n")),
        .. Streamed("event: ping with null", answer => Pinged(answer, "event: ping\ndata: null\n\n")),
        .. Streamed("event: ping with nothing", answer => Pinged(answer, "event: ping\ndata: \n\n")),
        .. Streamed("event: ping without data", answer => Pinged(answer, "event: ping\n\n")),
        .. Streamed("event: ping with a time that is not JSON", answer => Pinged(answer, "event: ping\ndata: 2024-04-27 01:35:43.686476\n\n")),
        .. Streamed("event: heartbeat", answer => Pinged(answer, "event: heartbeat\ndata: 1\n\n")),
        .. Streamed("a ping without a name", answer => Pinged(answer, "data: {\"type\":\"ping\"}\n\n")),
        .. Streamed("an event with {}", answer => Pinged(answer, "data: {}\n\n")),
        .. Streamed("an event with null", answer => Pinged(answer, "data: null\n\n")),
        .. Streamed("an event with an empty string", answer => Pinged(answer, "data: \"\"\n\n")),
        .. Streamed("events that nobody knows", answer => Pinged(answer, "event: metadata\ndata: {\"type\":\"metadata\",\"node\":\"a1\"}\n\n")),

        .. Whole("white space behind the JSON", answer => answer.With(text => text + "\r\n\n ")),
        .. Whole("labelled as an event stream", answer => answer with { Type = Events }),
        .. Whole("indented", answer => answer.With(text => System.Text.Json.Nodes.JsonNode.Parse(text)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }))),

        .. s_all.Select(api => new Shape("JSON where a stream was asked for", GoodAnswer.Whole(api) with { Streaming = true }, Expect.Good)),
        .. s_text.Select(api => new Shape("JSON where a stream was asked for, labelled as one", GoodAnswer.Whole(api) with { Streaming = true, Type = Events }, Expect.Good)),
        .. s_text.Select(api => new Shape("a stream unasked for", GoodAnswer.Streamed(api) with { Streaming = false }, Expect.Good)),
        .. s_text.Select(api => new Shape("a stream unasked for, labelled as JSON", GoodAnswer.Streamed(api) with { Streaming = false, Type = Json }, Expect.Good)),
        .. s_text.Select(api => new Shape("the whole answer as one event", GoodAnswer.Whole(api).With(text => $"data: {text}\n\ndata: [DONE]\n\n") with { Streaming = true, Type = Events }, Expect.Good)),
    ];

    private static IEnumerable<Shape> Both(string name, Func<Answer, Answer> change, Protocol[]? protocols = null, Expect? expect = null) =>
        [.. Whole(name, change, protocols, expect), .. Streamed(name, change, protocols, expect)];

    private static IEnumerable<Shape> Whole(string name, Func<Answer, Answer> change, Protocol[]? protocols = null, Expect? expect = null) =>
        (protocols ?? s_all).Select(api => new Shape(name, change(GoodAnswer.Whole(api)), expect ?? Expect.Good));

    private static IEnumerable<Shape> Streamed(string name, Func<Answer, Answer> change, Protocol[]? protocols = null, Expect? expect = null) =>
        (protocols ?? s_text).Where(api => protocols is not null || api != Protocol.Bedrock).Select(api => new Shape(name, change(GoodAnswer.Streamed(api)), expect ?? Expect.Good));

    private static Answer Packed(Answer answer, string encoding, Func<Stream, Stream> pack)
    {
        using var packed = new MemoryStream();
        using (Stream into = pack(packed))
        {
            into.Write(answer.Body);
        }

        return answer with { Body = packed.ToArray(), Encoding = encoding };
    }

    private static byte[] NotUtf8(byte[] body)
    {
        int at = body.AsSpan().IndexOf("\u00e9"u8);
        return [.. body[..at], 0xE9, .. body[(at + 2)..]];
    }

    // Between all events, and behind the last but one.
    private static Answer Pinged(Answer answer, string ping) => answer.With(text => text.Replace("\n\n", "\n\n" + ping, StringComparison.Ordinal));

    private static string Beside(string text, string field) => text.StartsWith('{')
        ? "{" + field + "," + text[1..]
        : text.Replace("data: {", "data: {" + field + ",", StringComparison.Ordinal);
}
