using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>One exchange with the real service, as the official SDK's tests recorded it.</summary>
internal sealed record RecordedExchange(string Name, string Method, string RequestPath, JsonNode? Request, int Status, string ContentType, string Body)
{
    public bool IsStream => ContentType.StartsWith(Wire.EventStream, StringComparison.Ordinal);

    public static IEnumerable<RecordedExchange> Load(params string[] folders)
    {
        string root = SharedData.Folder("openai-records");
        foreach (string file in folders.SelectMany(f => Directory.GetFiles(Path.Combine(root, f), "*.json").Order(StringComparer.Ordinal)))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            int number = 0;
            foreach (JsonElement entry in document.RootElement.GetProperty("Entries").EnumerateArray())
            {
                yield return Read($"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileNameWithoutExtension(file)}#{number++}", entry);
            }
        }
    }

    private static RecordedExchange Read(string name, JsonElement entry) => new(
        name,
        entry.GetProperty("RequestMethod").GetString()!,
        new Uri(entry.GetProperty("RequestUri").GetString()!).AbsolutePath,
        entry.TryGetProperty("RequestBody", out JsonElement body) && body.ValueKind == JsonValueKind.Object ? JsonNode.Parse(body.GetRawText()) : null,
        entry.GetProperty("StatusCode").GetInt32(),
        entry.GetProperty("ResponseHeaders").GetProperty("Content-Type").ToString(),
        Text(entry.GetProperty("ResponseBody")));

    /// <summary>A JSON body is recorded as JSON, any other as one string or as a list of pieces.</summary>
    private static string Text(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.String => body.GetString()!,
        JsonValueKind.Array when body.EnumerateArray().All(p => p.ValueKind == JsonValueKind.String) =>
            string.Concat(body.EnumerateArray().Select(p => p.GetString())),
        _ => body.GetRawText(),
    };
}
