using System.Text.Json;

namespace Rlm.Embedded.Providers;

/// <summary>Finds the error in an answer that came with HTTP 200.</summary>
internal static class ReportedError
{
    /// <summary>The error, or null. Some servers send an empty one with every good answer.</summary>
    /// <param name="root">An answer or an event of one.</param>
    /// <param name="answers">Whether the answer itself is in it too: then only an error that says something counts.</param>
    public static JsonElement? In(JsonElement root, bool answers)
    {
        if (root.Member("error") is { } error && (Says(error) || (!answers && error.ValueKind == JsonValueKind.True)))
        {
            return error;
        }

        bool isError = root.Text("object") is "error" || root.Text("type") is "error"
            || (!answers && (root.Text("message") ?? root.Text("msg") ?? root.Text("detail")) is { Length: > 0 });
        return isError ? root : null;
    }

    private static bool Says(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => !string.IsNullOrWhiteSpace(LooseJson.Text(value)),
        JsonValueKind.Number => value.TryGetDouble(out double number) && number != 0,
        JsonValueKind.Object => value.EnumerateObject().Any(member => Says(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(Says),
        _ => false,
    };
}
