using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>One line of a child, read; the message of the error as JSON has it, for one with a lone surrogate has no other form.</summary>
internal sealed record Answer(string Line, string Stdout, string? ErrorType, string? ErrorMessage, string? Stopped)
{
    private static readonly string[] s_refusals = ["session", "not available", "has no attribute", "is not defined", "cannot import name"];

    /// <summary>True where the interpreter was held by other code, so that this one did not run.</summary>
    public bool IsWedged => ErrorType?.StartsWith("EngineWedged", StringComparison.Ordinal) ?? false;

    /// <summary>
    /// True where the error is the words of a refusal: not available in this session, no such attribute, name or member. A program that is broken
    /// fails otherwise; one with a mistyped name is found by running it where nothing refuses.
    /// </summary>
    public bool IsRefusal => ErrorMessage is { } message && s_refusals.Any(words => message.Contains(words, StringComparison.Ordinal));

    /// <summary>The message of the error as text.</summary>
    /// <exception cref="InvalidOperationException">It has a lone surrogate.</exception>
    public string? ErrorText => ErrorMessage is { } message ? JsonElement.Parse(message).GetString() : null;

    public static Answer Read(string line)
    {
        // Of a text it would rent three times the length from a pool that keeps it, once for each thread.
        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(line));
        JsonElement root = document.RootElement;
        JsonElement error = root.GetProperty("error");
        return new Answer(
            line,
            root.GetProperty("stdout").GetString() ?? "",
            error.ValueKind == JsonValueKind.Object ? error.GetProperty("type").GetString() : null,
            error.ValueKind == JsonValueKind.Object ? error.GetProperty("message").GetRawText() : null,
            root.GetProperty("stopped").GetString());
    }

    public override string ToString() => Line.Length > 2000 ? Line[..2000] + "..." : Line;
}
