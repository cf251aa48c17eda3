using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>What all runs of one <see cref="RecursiveLanguageModel"/> share.</summary>
internal sealed class RunSetup(IChatClient root, RlmOptions options)
{
    private readonly IReadOnlyList<RlmTool> _tools = [.. options.Tools];
    private string? _rootPrompt;
    private string? _branchPrompt;
    private string? _leafPrompt;

    public RlmOptions Options { get; } = options;

    public ModelRouter Models { get; } = new(root, options);

    public ILogger? Logger { get; } = options.LoggerFactory?.CreateLogger("Rlm.Embedded");

    /// <summary>The tools at a depth.</summary>
    public IReadOnlyList<RlmTool> ToolsAt(int depth) => depth > 0 && Options.ChildTools is { } own ? own : _tools;

    /// <summary>The system prompt at a depth. Byte for byte the same for all runs: providers cache it.</summary>
    public string SystemPromptAt(int depth) => depth == 0 ? _rootPrompt ??= RenderPrompt(depth)
        : OpensChildren(depth) ? _branchPrompt ??= RenderPrompt(depth)
        : _leafPrompt ??= RenderPrompt(depth);

    private bool OpensChildren(int depth) => depth + 1 < Options.MaxDepth;

    private string RenderPrompt(int depth) => Prompts.SystemPrompt.Render(
        Options, (depth > 0 ? Options.ChildSystemPrompt : null) ?? Options.SystemPrompt, Models, ToolsAt(depth), OpensChildren(depth));
}
