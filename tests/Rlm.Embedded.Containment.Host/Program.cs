using System.Globalization;
using System.Text;
using System.Text.Json;
using Rlm.Embedded;
using Rlm.Embedded.Containment.Host;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

// Speaks what `rlm repl --jsonl` speaks, with more: layers switched off, a batch of cells that run at the same time, sessions closed,
// Trusted ones beside the others (named trusted:...), and a `context` (any JSON) in the request that opens a session.
// Arguments: [--off LAYER,...] [--profile NAME] [--memory MIB] [--tools none] [--watch threads]. A line holds one request, or an array of them to run side by side.
// Or "runaways [NAME...]": measures how late each runaway is stopped, and writes a table.
if (args is ["runaways", .. string[] names])
{
    return await RunawayTable.WriteAsync(names);
}

if (args is ["runaway", string runaway, string hostile, string innocent])
{
    return await RunawayCells.RunAsync(runaway, int.Parse(hostile, CultureInfo.InvariantCulture), int.Parse(innocent, CultureInfo.InvariantCulture));
}

ReplLimits limits = new();
bool hasTools = true;
bool watches = false;
SandboxProfile profile = SandboxProfile.Restricted;
for (int i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--off":
            SandboxLayers.Disabled = args[i + 1].Split(',');
            break;
        case "--profile":
            profile = Enum.Parse<SandboxProfile>(args[i + 1]);
            break;
        case "--memory":
            limits = limits with { Memory = long.Parse(args[i + 1], CultureInfo.InvariantCulture) << 20 };
            break;
        case "--tools":
            hasTools = args[i + 1] != "none";
            break;
        case "--watch":
            watches = true;
            break;
        default:
            await Console.Error.WriteLineAsync($"unknown argument {args[i]}");
            return 2;
    }
}

ReplSessionOptions options = new()
{
    Limits = limits,
    Profile = profile,
    Tools = !hasTools ? [] :
    [
        RlmTool.FromDelegate((int a, int b = 2) => a + b, "add", "Adds."),
        RlmTool.FromDelegate((object? value) => value, "echo"),
        RlmTool.FromDelegate(string () => throw new InvalidOperationException("broken"), "broken_tool"),
        RlmTool.FromValue("settings", new Dictionary<string, object?> { ["size"] = 3 }),
    ],
};
Dictionary<string, EmbeddedRepl> sessions = new(StringComparer.Ordinal);
using StreamReader input = new(Console.OpenStandardInput(), new UTF8Encoding(false));
using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
while (await input.ReadLineAsync() is { } line)
{
    using JsonDocument document = JsonDocument.Parse(line);
    JsonElement root = document.RootElement;
    if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("close", out _))
    {
        if (sessions.Remove(SessionName(root), out EmbeddedRepl? session))
        {
            await session.DisposeAsync();
        }

        await output.WriteLineAsync("""{"stdout":"","error":null,"stopped":null}""");
        continue;
    }

    JsonElement[] requests = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
    foreach (JsonElement request in requests.Where(request => !sessions.ContainsKey(SessionName(request))))
    {
        string name = SessionName(request);

        // The watcher of the fuzzer looks at what restricted sessions may not see.
        ReplSessionOptions wanted = name.StartsWith("trusted:", StringComparison.Ordinal) ? options with { Profile = SandboxProfile.Trusted, Limits = new() } : options;
        sessions[name] = await EmbeddedRepl.OpenAsync(request.TryGetProperty("context", out JsonElement context) ? wanted with { Context = ContextOf(context) } : wanted);
        if (watches)
        {
            watches = false;
            await ThreadWatch.BeginAsync();
        }
    }

    string[] answers = await Task.WhenAll(requests.Select(request => Task.Run(() => AnswerAsync(sessions[SessionName(request)], request))));
    foreach (string answer in answers)
    {
        await output.WriteLineAsync(answer);
    }
}

return 0;

static RlmContext ContextOf(JsonElement value) =>
    value.ValueKind == JsonValueKind.String ? RlmContext.FromText(value.GetString()!) : RlmContext.FromJson(value);

static string SessionName(JsonElement request) => request.GetProperty("session").GetString()!;

static async Task<string> AnswerAsync(EmbeddedRepl session, JsonElement request)
{
    TimeSpan? timeout = request.TryGetProperty("timeout", out JsonElement seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : null;
    CellResult result = await session.ExecuteAsync(new Cell(request.GetProperty("code").GetString()!, timeout));
    return JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["id"] = request.GetProperty("id").GetInt32(),
        ["stdout"] = result.Stdout,
        ["stderr"] = result.Stderr + result.Error?.Traceback,
        ["error"] = result.Error is { } error ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["type"] = error.Type, ["message"] = error.Message } : null,
        ["final"] = result.FinalAnswer,
        ["stopped"] = result.Stopped == CellStop.None ? null : result.Stopped.ToString().ToLowerInvariant(),
    });
}
