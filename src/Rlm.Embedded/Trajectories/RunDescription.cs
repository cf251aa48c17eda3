using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine;
using Rlm.Embedded.Models;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Trajectories;

/// <summary>Describes how a tree of runs was set up.</summary>
internal static class RunDescription
{
    public static TrajectoryMetadata Of(RunSetup setup, RlmEvent.RunStarted started, TrajectoryContext context, DateTimeOffset now)
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
            EnvironmentType = options.OpenRepl is null ? "embedded" : "custom",
            EnvironmentKwargs = new JsonObject
            {
                ["cell_timeout"] = options.ReplLimits.CellTimeout?.TotalSeconds,
                ["memory"] = options.ReplLimits.Memory,
                ["output_characters"] = options.ReplLimits.OutputCharacters,
            },
            OtherBackends = [.. OtherModels(setup.Models)],
            Sandbox = options.OpenRepl is null
                ? new TrajectorySandbox(TrajectoryJson.SnakeCase(options.SandboxProfile), SandboxLayers.Active(options.SandboxProfile))
                : null,
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
