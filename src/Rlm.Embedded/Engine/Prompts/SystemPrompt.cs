using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>The engine's own system prompt.</summary>
internal static class SystemPrompt
{
    public static string Render(RlmOptions options, string? own, IReadOnlyCollection<string> models, IReadOnlyList<RlmTool> tools, bool opensChildren) => own is not null
        ? own + ToolsText.Render(tools)
        : PromptTemplate.Render(
            PromptText.System,
            ("tools", ToolsText.Render(tools)),
            ("sub_call_characters", options.SubCallCharacters.ToString("N0")),
            ("output_characters", options.ReplLimits.OutputCharacters.ToString("N0")),
            ("concurrency", options.SubCallConcurrency.ToString()),
            ("models", Models(models)),
            ("rlm_query", opensChildren
                ? "Each call is a worker with a REPL of its own, in which its prompt is `context`. Use it for a piece that itself needs many steps."
                : "In this run they behave exactly like `llm_query` and `llm_query_batched`."),
            ("cell_time", options.ReplLimits.CellTimeout is { } limit ? $"A cell may compute for {limit.TotalSeconds:0.##} s; waiting for sub-calls does not count. " : ""),
            ("modules", options.SandboxProfile == SandboxProfile.Trusted
                ? "Every installed module may be imported."
                : "Import the standard library's modules for text, data and maths (`re`, `json`, `math`, `collections`, `itertools`, `functools`, `statistics`, `datetime`, `string`, `textwrap`, `difflib`, `random`, `csv` and the like). Files, processes and the network are closed; a refused import says so."));

    private static string Models(IReadOnlyCollection<string> models) => models.Count == 0
        ? "Leave `model` out: there is one sub-model."
        : $"`model` is one of: {string.Join(", ", models)}. Leave it out for the default.";
}
