using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Trajectories;

/// <summary>Describes how a tree of runs was set up.</summary>
internal static class RunDescription
{
    public static TrajectoryMetadata Of(RunSetup setup, RlmEvent.RunStarted started, TrajectoryContext context, ReplDescription? environment, DateTimeOffset now)
    {
        var options = setup.Options;
        return new TrajectoryMetadata
        {
            RunId = started.RunId,
            Timestamp = now,
            ParentRunId = started.ParentRunId,
            Depth = started.Depth,
            RootModel = started.Model,
            MaxDepth = options.MaxDepth,
            MaxIterations = started.MaxTurns,
            Backend = (setup.Models.Root.Client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.ProviderName ?? "custom",
            BackendKwargs = Options(options.RootChatOptions),
            EnvironmentType = environment?.Type ?? "none",
            EnvironmentKwargs = environment?.Limits is { } limits ? Limits(limits) : [],
            Limits = Limits(options),
            OtherBackends = [.. OtherModels(setup.Models)],
            Sandbox = environment?.Profile is { } profile ? new TrajectorySandbox(TrajectoryJson.SnakeCase(profile), environment.Layers) : null,
            Question = started.Question,
            Context = context,
        };
    }

    /// <summary>What a secret could be in is left out: fields named like one, and values that are not plain.</summary>
    public static JsonObject Options(ChatOptions? options)
    {
        var json = new JsonObject();
        if (options is null)
        {
            return json;
        }

        Add(json, "model_name", options.ModelId);
        Add(json, "temperature", options.Temperature);
        Add(json, "top_p", options.TopP);
        Add(json, "top_k", options.TopK);
        Add(json, "max_output_tokens", options.MaxOutputTokens);
        Add(json, "seed", options.Seed);
        foreach (var (name, value) in options.AdditionalProperties ?? [])
        {
            if (!SecretText.IsSecretName(name))
            {
                Add(json, name, value);
            }
        }

        return json;
    }

    private static JsonObject Limits(ReplLimits limits)
    {
        var json = new JsonObject();
        Add(json, "cell_timeout", limits.CellTimeout?.TotalSeconds);
        Add(json, "cell_wall_time", limits.CellWallTime?.TotalSeconds);
        Add(json, "session_time", limits.SessionTime?.TotalSeconds);
        Add(json, "cell_host_calls", limits.CellHostCalls);
        Add(json, "session_host_calls", limits.SessionHostCalls);
        Add(json, "memory", limits.Memory);
        Add(json, "output_characters", limits.OutputCharacters);
        Add(json, "output_total", limits.OutputTotal);
        Add(json, "source_characters", limits.SourceCharacters);
        return json;
    }

    private static JsonObject Limits(RlmOptions options)
    {
        var json = new JsonObject();
        Add(json, "max_root_tokens", options.MaxRootTokens);
        Add(json, "max_sub_tokens", options.MaxSubTokens);
        Add(json, "max_cost", options.MaxCost);
        Add(json, "max_time", options.MaxTime?.TotalSeconds);
        Add(json, "max_sub_calls", options.MaxSubCalls);
        Add(json, "max_consecutive_errors", options.MaxConsecutiveErrors);
        Add(json, "schema_retries", options.SchemaRetries);
        Add(json, "sub_call_concurrency", options.SubCallConcurrency);
        Add(json, "child_concurrency", options.ChildConcurrency);
        Add(json, "context_window", options.ContextWindow);
        Add(json, "sub_context_window", options.SubContextWindow);
        Add(json, "compaction_threshold", options.CompactionThreshold);
        return json;
    }

    private static IEnumerable<string> OtherModels(ModelRouter models) =>
        models.Sub.Name == models.Root.Name ? models.Names : models.Names.Prepend(models.Sub.Name);

    private static void Add(JsonObject json, string name, object? value)
    {
        JsonNode? node = value switch
        {
            string text => JsonValue.Create(SecretText.Scrub(text)),
            bool flag => JsonValue.Create(flag),
            int number => JsonValue.Create(number),
            long number => JsonValue.Create(number),
            float number when float.IsFinite(number) => JsonValue.Create(number),
            double number when double.IsFinite(number) => JsonValue.Create(number),
            decimal number => JsonValue.Create(number),
            _ => null,
        };
        if (node is not null)
        {
            json[name] = node;
        }
    }
}
