using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Trajectories;

/// <summary>
/// Makes of the lines of the reference library's log those of this format: children, which it nests in calls, get lines of their own, and of
/// each prompt, which it repeats whole, only what is new is kept.
/// </summary>
internal sealed class ReferenceReader
{
    private readonly List<TrajectoryLine> _lines = [];
    private readonly Dictionary<string, List<TrajectoryMessage>> _prompts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _iterations = new(StringComparer.Ordinal);
    private string? _runId;
    private int _children;

    /// <summary>What stands for a last line, which such a log does not have; null while there is no answer.</summary>
    public TrajectoryEnd? End { get; private set; }

    /// <summary>Whether a file with such a first line is a log of the reference library.</summary>
    public static bool IsFirstLine(string line)
    {
        try
        {
            using var json = PythonJson.Parse(line);
            return json.RootElement is { ValueKind: JsonValueKind.Object } first
                && Text(first, "type") == "metadata" && !first.TryGetProperty("run_id"u8, out _) && first.TryGetProperty("root_model"u8, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The lines that one of the log's lines comes to.</summary>
    /// <exception cref="JsonException">It is no line of such a log.</exception>
    public IReadOnlyList<TrajectoryLine> Read(string line)
    {
        using var json = PythonJson.Parse(line);
        var entry = json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement : throw new JsonException("A line is a JSON object.");
        _lines.Clear();
        switch (Text(entry, "type"))
        {
            case "metadata" when _runId is null:
                _runId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..32];
                AddMetadata(entry, _runId, parent: null, depth: 0, Time(entry));
                break;
            case "iteration" when _runId is { } run:
                AddIteration(entry, run, depth: 0);
                break;
            default:
                throw new JsonException("Its type is neither metadata, once at the beginning, nor iteration.");
        }

        return [.. _lines];
    }

    private void AddMetadata(JsonElement entry, string runId, string? parent, int depth, DateTimeOffset time)
    {
        _prompts[runId] = [];
        _lines.Add(new TrajectoryMetadata
        {
            RunId = runId,
            ParentRunId = parent,
            Depth = depth,
            Timestamp = time,
            RootModel = Text(entry, "root_model") ?? "",
            MaxDepth = (int)Number(entry, "max_depth"),
            MaxIterations = (int)Number(entry, "max_iterations"),
            Backend = Text(entry, "backend") ?? "",
            BackendKwargs = WithoutSecrets(entry, "backend_kwargs"),
            EnvironmentType = Text(entry, "environment_type") ?? "",
            EnvironmentKwargs = WithoutSecrets(entry, "environment_kwargs"),
            OtherBackends = [.. Items(entry, "other_backends").Select(Text)],
            Question = "",
            Context = new TrajectoryContext(null, null, null),
        });
    }

    private void AddIteration(JsonElement entry, string runId, int depth)
    {
        var time = Time(entry);
        var prompt = Prompt(entry);
        var before = _prompts[runId];
        var isContinued = prompt.Count >= before.Count && prompt.Take(before.Count).SequenceEqual(before);
        _prompts[runId] = prompt;
        var number = Next(runId);
        var children = new List<(JsonElement Trajectory, string Id, string? Answer, IReadOnlyDictionary<string, TrajectoryUsage> Usage)>();
        TrajectoryCodeBlock[] blocks = [.. Items(entry, "code_blocks").Select(block => Block(block, runId, children))];
        _lines.Add(new TrajectoryIteration
        {
            RunId = runId,
            Timestamp = time,
            Iteration = number,
            Prompt = isContinued ? prompt[before.Count..] : prompt,
            Compaction = isContinued ? null : new TrajectoryCompaction("history", before.Count, 0, null),
            Response = Text(entry, "response") ?? "",
            CodeBlocks = blocks,
            FinalAnswer = Text(entry, "final_answer"),
            IterationTime = Number(entry, "iteration_time"),
        });
        if (depth == 0)
        {
            End = Text(entry, "final_answer") is { } answer ? EndOf(runId, time, answer, number, new Dictionary<string, TrajectoryUsage>(StringComparer.Ordinal)) : null;
        }

        foreach (var (trajectory, id, said, usage) in children)
        {
            AddChild(trajectory, id, runId, depth + 1, time, said, usage);
        }
    }

    private void AddChild(
        JsonElement trajectory, string id, string parent, int depth, DateTimeOffset time, string? answer, IReadOnlyDictionary<string, TrajectoryUsage> usage)
    {
        AddMetadata(trajectory.GetProperty("run_metadata"u8), id, parent, depth, time);
        var iterations = 0;
        foreach (var iteration in Items(trajectory, "iterations"))
        {
            AddIteration(iteration, id, depth);
            iterations++;
        }

        _lines.Add(EndOf(id, time, answer ?? "", iterations, usage));
    }

    private static TrajectoryEnd EndOf(string runId, DateTimeOffset time, string answer, int iterations, IReadOnlyDictionary<string, TrajectoryUsage> usage) => new()
    {
        RunId = runId,
        Timestamp = time,
        StopReason = "final_answer",
        FinalAnswer = answer,
        Iterations = iterations,
        Usage = usage,
    };

    // An object that is asked twice logs to one file and begins again at 1; here a run counts on.
    private int Next(string runId) => _iterations[runId] = _iterations.GetValueOrDefault(runId) + 1;

    private TrajectoryCodeBlock Block(
        JsonElement block, string runId, List<(JsonElement Trajectory, string Id, string? Answer, IReadOnlyDictionary<string, TrajectoryUsage> Usage)> children)
    {
        var result = block.TryGetProperty("result"u8, out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return new TrajectoryCodeBlock(Text(block, "code") ?? "", new TrajectoryCellResult
        {
            Stdout = Text(result, "stdout") ?? "",
            Stderr = Text(result, "stderr") ?? "",
            Locals = Fields(result, "locals").ToDictionary(field => field.Name, field => Text(field.Value), StringComparer.Ordinal),
            ExecutionTime = Number(result, "execution_time"),
            RlmCalls = [.. Items(result, "rlm_calls").Select(Call)],
            FinalAnswer = Text(result, "final_answer"),
        });

        TrajectoryCall Call(JsonElement call)
        {
            string? child = null;
            var usage = Usage(call);
            if (call.TryGetProperty("metadata"u8, out var trajectory) && trajectory.ValueKind == JsonValueKind.Object
                && trajectory.TryGetProperty("run_metadata"u8, out var run) && run.ValueKind == JsonValueKind.Object)
            {
                child = runId[..16] + (++_children).ToString("x16", CultureInfo.InvariantCulture);
                children.Add((trajectory, child, Text(call, "response"), usage));
            }

            return new TrajectoryCall
            {
                RootModel = Text(call, "root_model") ?? "",
                Kind = child is null ? "llm" : "rlm",
                Prompt = Text(call, "prompt") ?? "",
                Response = Text(call, "response") ?? "",
                Tokens = usage.Count == 0 ? null : new TrajectoryTokens(usage.Values.Sum(one => one.Tokens.Input), usage.Values.Sum(one => one.Tokens.Output), 0, 0),
                ExecutionTime = Number(call, "execution_time"),
                Error = Text(call, "error"),
                ChildRunId = child,
            };
        }
    }

    private static Dictionary<string, TrajectoryUsage> Usage(JsonElement call) =>
        Fields(call.TryGetProperty("usage_summary"u8, out var summary) ? summary : default, "model_usage_summaries").ToDictionary(
            model => model.Name,
            model => new TrajectoryUsage(
                (int)Number(model.Value, "total_calls"),
                FailedCalls: 0,
                CachedCalls: 0,
                new TrajectoryTokens((long)Number(model.Value, "total_input_tokens"), (long)Number(model.Value, "total_output_tokens"), 0, 0),
                model.Value.TryGetProperty("total_cost"u8, out var cost) && cost.ValueKind == JsonValueKind.Number && cost.TryGetDecimal(out var dollars) ? dollars : null),
            StringComparer.Ordinal);

    private static List<TrajectoryMessage> Prompt(JsonElement entry) => entry.TryGetProperty("prompt"u8, out var prompt)
        ? prompt.ValueKind == JsonValueKind.Array
            ? [.. prompt.EnumerateArray().Select(message => message.ValueKind == JsonValueKind.Object
                ? new TrajectoryMessage(Text(message, "role") ?? "user", Text(message, "content") ?? "")
                : new TrajectoryMessage("user", Text(message)))]
            : [new TrajectoryMessage("user", Text(prompt))]
        : [];

    private static JsonObject WithoutSecrets(JsonElement entry, string name)
    {
        var kept = new JsonObject();
        foreach (var field in Fields(entry, name).Where(field => !SecretText.IsSecretName(field.Name)))
        {
            kept[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }

        return kept;
    }

    private static IEnumerable<JsonProperty> Fields(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];

    private static IEnumerable<JsonElement> Items(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>A field as text: a string as it is, what is no string as its JSON; null where there is none.</summary>
    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Text(value) : null;

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static double Number(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble() : 0;

    // The log says no zone.
    private static DateTimeOffset Time(JsonElement entry) =>
        DateTimeOffset.TryParse(Text(entry, "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
}
