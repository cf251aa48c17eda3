using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests.Fixtures;

/// <summary>Talks to `rlm repl --jsonl`.</summary>
internal static class JsonLines
{
    /// <summary>Sends all lines, ends the input, and returns the answers.</summary>
    public static async Task<JsonElement[]> TalkAsync(IEnumerable<string> lines, params string[] flags) =>
        await TalkAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), flags);

    public static async Task<JsonElement[]> TalkAsync(byte[] input, params string[] flags)
    {
        Outcome outcome = await ToolProcess.RunAsync(["repl", "--jsonl", .. flags], input);
        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldNotContain(" at ");
        return Read(outcome.Out);
    }

    public static JsonElement[] Read(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public static string Request(object id, string code, string? session = null, double? timeout = null)
    {
        Dictionary<string, object> request = new(StringComparer.Ordinal) { ["id"] = id, ["code"] = code };
        if (session is not null)
        {
            request["session"] = session;
        }

        if (timeout is { } seconds)
        {
            request["timeout"] = seconds;
        }

        return JsonSerializer.Serialize(request);
    }

    public static string? Text(this JsonElement answer, string key) => answer.GetProperty(key).GetString();

    public static string? ErrorType(this JsonElement answer) =>
        answer.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? error.GetProperty("type").GetString() : null;
}
