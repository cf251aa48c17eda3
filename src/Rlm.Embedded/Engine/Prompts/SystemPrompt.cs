using System.Globalization;
using Rlm.Embedded.Models;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>The engine's own system prompt.</summary>
internal static class SystemPrompt
{
    private const int MostCharacters = 400_000; // models read worse what is longer, whatever their window
    private const int CharactersWithoutAWindow = 100_000;

    public static string Render(RlmOptions options, string? own, ModelRouter models, IReadOnlyList<RlmTool> tools, bool opensChildren)
    {
        if (own is not null)
        {
            return own + ToolsText.Render(tools);
        }

        var known = options.SubCallCharacters ?? CharactersOf(models.Sub);
        var characters = known ?? CharactersWithoutAWindow;
        return PromptTemplate.Render(
            PromptText.System,
            ("tools", ToolsText.Render(tools)),
            ("window", known is not null
                ? $"One prompt may hold about {Count(characters)} characters, so give it large pieces rather than many small ones."
                : $"How much it takes in is not known: keep a prompt below {Count(characters)} characters, and send less if a call fails for its length."),
            ("piece", characters.ToString("N0", CultureInfo.InvariantCulture).Replace(',', '_')),
            ("output_characters", Count(options.ReplLimits.OutputCharacters)),
            ("concurrency", options.SubCallConcurrency.ToString(CultureInfo.InvariantCulture)),
            ("models", Models(models)),
            ("rlm_query", opensChildren
                ? "\n- `rlm_query(prompt, model=None)`, `rlm_query_batched(prompts, model=None)`: each call is a worker with a REPL of its own, in which its prompt is `context`. Use it for a piece that itself needs many steps."
                : ""),
            ("limits", Limits(options)),
            ("modules", options.SandboxProfile == SandboxProfile.Trusted
                ? "Every installed module may be imported."
                : "Import the standard library's modules for text, data and maths. Files, processes and the network are closed; a refused import says so."
                    + (options.AllowedModules.Count > 0 ? $" There are also: {string.Join(", ", options.AllowedModules)}." : "")));
    }

    private static string Limits(RlmOptions options) =>
        (options.ReplLimits.CellTimeout is { } time ? string.Create(CultureInfo.InvariantCulture, $"A cell may compute for {time.TotalSeconds:0.##} s; waiting for sub-calls does not count. ") : "")
        + (options.ReplLimits.CellHostCalls is { } calls ? $"It may make {Count(calls)} calls, prompts of batches counted. " : "");

    private static string Models(ModelRouter models) => models.Names.Count == 0
        ? ""
        : $" `model` is one of: {string.Join(", ", models.Names.Select(name => Model(name, models)))}. Leave it out for the default.";

    private static string Model(string name, ModelRouter models) =>
        CharactersOf(models.Find(name)!) is { } characters && characters != CharactersOf(models.Sub) ? $"{name} (about {Count(characters)} characters)" : name;

    /// <summary>What fits into a model with room for its reply, or null when nobody knows its window.</summary>
    private static int? CharactersOf(ModelRoute model) => model.Window is { } tokens ? (int)Math.Min(MostCharacters, (long)tokens * TokenEstimate.SafeCharactersPerToken) : null;

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
