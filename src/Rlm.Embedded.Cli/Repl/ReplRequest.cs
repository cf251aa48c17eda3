using System.Text.Json;
using System.Text.Unicode;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>One line of `rlm repl --jsonl`, read. Either <see cref="Code"/> or <see cref="Problem"/> is there.</summary>
internal sealed record ReplRequest
{
    public const string DefaultSession = "default";

    private const string Shape = "expected one object a line: {\"id\": any, \"code\": \"...\"}, optionally \"session\": \"name\", \"timeout\": seconds and \"close\": true";

    /// <summary>The id as it was written, as JSON.</summary>
    public byte[] Id { get; private init; } = "null"u8.ToArray();

    /// <summary>The session's name; null when the line does not tell.</summary>
    public string? Session { get; private init; }

    public string Code { get; private init; } = "";

    /// <summary>Whether the session is to be closed after the code.</summary>
    public bool Close { get; private init; }

    public TimeSpan? Timeout { get; private init; }

    /// <summary>What is wrong with the line, or null.</summary>
    public string? Problem { get; private init; }

    /// <summary>A line that was too long to be kept.</summary>
    public static ReplRequest TooLong(int limit) => new() { Problem = $"the line has more than {limit:N0} bytes. Keep data in files or variables, not in source." };

    public static ReplRequest Read(ReadOnlyMemory<byte> line)
    {
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            return new ReplRequest { Problem = $"the line is empty; {Shape}" };
        }

        bool isUtf8 = Utf8.IsValid(line.Span);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException exception)
        {
            return new ReplRequest { Problem = isUtf8 ? $"the line is not JSON (at byte {exception.BytePositionInLine}); {Shape}" : "the line is not valid UTF-8" };
        }

        using (document)
        {
            return Read(document.RootElement, isUtf8);
        }
    }

    private static ReplRequest Read(JsonElement root, bool isUtf8)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ReplRequest { Problem = $"the line is {Kind(root)}, not an object; {Shape}" };
        }

        ReplRequest request = new();
        if (root.TryGetProperty("id"u8, out JsonElement id) && System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(id) is var raw && Utf8.IsValid(raw))
        {
            request = request with { Id = raw.ToArray() };
        }

        if (!isUtf8)
        {
            return request with { Problem = "the line is not valid UTF-8" };
        }

        if (!TryText(root, "session"u8, out string? session, out string? problem))
        {
            return request with { Problem = $"\"session\" {problem}; give the name of a session or leave it out" };
        }

        request = request with { Session = session ?? DefaultSession };
        if (!TryText(root, "code"u8, out string? code, out problem))
        {
            return request with { Problem = $"\"code\" {problem}; {Shape}" };
        }

        if (root.TryGetProperty("close"u8, out JsonElement close))
        {
            if (close.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            {
                return request with { Problem = $"\"close\" is {Kind(close)}; give true or false" };
            }

            request = request with { Close = close.ValueKind == JsonValueKind.True };
        }

        if (code is null && !request.Close)
        {
            return request with { Problem = $"\"code\" is missing; {Shape}" };
        }

        return TryTimeout(root, out TimeSpan? timeout, out problem)
            ? request with { Code = code ?? "", Timeout = timeout }
            : request with { Problem = problem };
    }

    private static bool TryText(JsonElement root, ReadOnlySpan<byte> name, out string? text, out string? problem)
    {
        text = problem = null;
        if (!root.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            problem = $"is {Kind(value)}, not text";
            return false;
        }

        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            problem = "holds half of a surrogate pair";
            return false;
        }
    }

    private static bool TryTimeout(JsonElement root, out TimeSpan? timeout, out string? problem)
    {
        const double Longest = 86_400 * 365;
        timeout = null;
        problem = null;
        if (!root.TryGetProperty("timeout"u8, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double seconds) || !(seconds > 0))
        {
            problem = $"\"timeout\" is {(value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Kind(value))}; give seconds, more than 0";
            return false;
        }

        timeout = TimeSpan.FromSeconds(Math.Min(seconds, Longest));
        return true;
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
