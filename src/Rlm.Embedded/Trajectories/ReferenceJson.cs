using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Trajectories;

/// <summary>The objects of the reference format.</summary>
internal static class ReferenceJson
{
    public static void WriteMetadata(Utf8JsonWriter json, TrajectoryMetadata metadata)
    {
        json.WriteString("root_model"u8, metadata.RootModel);
        json.WriteNumber("max_depth"u8, metadata.MaxDepth);
        json.WriteNumber("max_iterations"u8, metadata.MaxIterations);
        json.WriteString("backend"u8, metadata.Backend);
        Write(json, "backend_kwargs", metadata.BackendKwargs);
        json.WriteString("environment_type"u8, metadata.EnvironmentType);
        Write(json, "environment_kwargs", metadata.EnvironmentKwargs);
        if (metadata.OtherBackends.Count == 0)
        {
            json.WriteNull("other_backends"u8);
            return;
        }

        json.WriteStartArray("other_backends"u8);
        foreach (var backend in metadata.OtherBackends)
        {
            json.WriteStringValue(backend);
        }

        json.WriteEndArray();
    }

    public static void WriteIteration(Utf8JsonWriter json, TrajectoryRun run, TrajectoryIteration iteration, IReadOnlyList<TrajectoryMessage> prompt)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "iteration"u8);
        json.WriteNumber("iteration"u8, iteration.Iteration);
        json.WriteString("timestamp"u8, ReferenceTrajectory.Timestamp(iteration.Timestamp));
        json.WriteStartArray("prompt"u8);
        foreach (var message in prompt)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role);
            json.WriteString("content"u8, message.Content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("response"u8, iteration.Response);
        json.WriteStartArray("code_blocks"u8);
        foreach (var block in iteration.CodeBlocks)
        {
            WriteBlock(json, run, block);
        }

        json.WriteEndArray();
        json.WriteString("final_answer"u8, FinalAnswer(run, iteration));
        json.WriteNumber("iteration_time"u8, iteration.IterationTime);
        json.WriteEndObject();
    }

    /// <summary>Makes of the messages of the call before those of this one.</summary>
    public static void AddPrompt(List<TrajectoryMessage> prompt, TrajectoryIteration iteration)
    {
        if (iteration.Compaction is not null)
        {
            prompt.Clear();
        }

        prompt.AddRange(iteration.Prompt);
    }

    private static string? FinalAnswer(TrajectoryRun run, TrajectoryIteration iteration) =>
        iteration.FinalAnswer ?? (ReferenceEquals(iteration, run.Iterations[^1]) && run.End is { Error: null } end ? end.FinalAnswer : null);

    private static void WriteBlock(Utf8JsonWriter json, TrajectoryRun run, TrajectoryCodeBlock block)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, block.Code);
        json.WriteStartObject("result"u8);
        json.WriteString("stdout"u8, block.Result.Stdout);
        json.WriteString("stderr"u8, block.Result.Stderr);
        json.WriteStartObject("locals"u8);
        foreach (var (name, type) in block.Result.Locals)
        {
            json.WriteString(name, type);
        }

        json.WriteEndObject();
        json.WriteNumber("execution_time"u8, block.Result.ExecutionTime);
        json.WriteStartArray("rlm_calls"u8);
        foreach (var call in block.Result.RlmCalls)
        {
            WriteCall(json, call, run.Children.FirstOrDefault(child => child.Metadata.RunId == call.ChildRunId));
        }

        json.WriteEndArray();
        json.WriteString("final_answer"u8, block.Result.FinalAnswer);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter json, TrajectoryCall call, TrajectoryRun? child)
    {
        json.WriteStartObject();
        json.WriteString("root_model"u8, call.RootModel);
        json.WriteString("prompt"u8, call.Prompt);
        json.WriteString("response"u8, call.Response);
        WriteUsage(json, child?.End?.Usage ?? new Dictionary<string, TrajectoryUsage>(StringComparer.Ordinal)
        {
            [call.RootModel] = new(Calls: 1, FailedCalls: 0, CachedCalls: 0, call.Tokens ?? new TrajectoryTokens(0, 0, 0, 0), Cost: null),
        });
        json.WriteNumber("execution_time"u8, call.ExecutionTime);
        if (child is not null)
        {
            WriteChild(json, child);
        }

        if (call.Error is { } error)
        {
            json.WriteString("error"u8, error);
        }

        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, IReadOnlyDictionary<string, TrajectoryUsage> models)
    {
        json.WriteStartObject("usage_summary"u8);
        json.WriteStartObject("model_usage_summaries"u8);
        foreach (var (name, usage) in models)
        {
            json.WriteStartObject(name);
            json.WriteNumber("total_calls"u8, usage.Calls);
            json.WriteNumber("total_input_tokens"u8, usage.Tokens.Input);
            json.WriteNumber("total_output_tokens"u8, usage.Tokens.Output);
            WriteCost(json, usage.Cost);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteCost(json, models.Values.Any(usage => usage.Cost is not null) ? models.Values.Sum(usage => usage.Cost ?? 0) : null);
        json.WriteEndObject();
    }

    private static void WriteCost(Utf8JsonWriter json, decimal? cost)
    {
        if (cost is { } known)
        {
            json.WriteNumber("total_cost"u8, known);
        }
    }

    private static void WriteChild(Utf8JsonWriter json, TrajectoryRun child)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteStartObject("run_metadata"u8);
        WriteMetadata(json, child.Metadata);
        json.WriteEndObject();
        json.WriteStartArray("iterations"u8);
        var prompt = new List<TrajectoryMessage>();
        foreach (var iteration in child.Iterations)
        {
            AddPrompt(prompt, iteration);
            WriteIteration(json, child, iteration, prompt);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, JsonObject value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
