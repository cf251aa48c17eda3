using System.Text.Json;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>One line of a child, read.</summary>
internal sealed record Answer(string Line, string Stdout, string? ErrorType, string? Stopped)
{
    /// <summary>True where the interpreter was held by other code, so that this one did not run.</summary>
    public bool IsWedged => ErrorType?.StartsWith("EngineWedged", StringComparison.Ordinal) ?? false;

    public static Answer Read(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        JsonElement error = root.GetProperty("error");
        return new Answer(
            line,
            root.GetProperty("stdout").GetString() ?? "",
            error.ValueKind == JsonValueKind.Object ? error.GetProperty("type").GetString() : null,
            root.GetProperty("stopped").GetString());
    }

    public override string ToString() => Line.Length > 2000 ? Line[..2000] + "..." : Line;
}
