using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>What all runs of one <see cref="RecursiveLanguageModel"/> share.</summary>
internal sealed class RunSetup
{
    private readonly IReadOnlyList<RlmTool> _tools;
    private string? _rootPrompt;
    private string? _branchPrompt;
    private string? _leafPrompt;

    public RunSetup(IChatClient root, RlmOptions options)
    {
        Options = options;
        Models = new ModelRouter(root, options);
        Logger = options.LoggerFactory?.CreateLogger("Rlm.Embedded");
        _tools = [.. options.Tools];
        if (Logger is { } logger)
        {
            TellUnsent(logger);
        }
    }

    public RlmOptions Options { get; }

    public ModelRouter Models { get; }

    public ILogger? Logger { get; }

    /// <summary>The tools at a depth.</summary>
    public IReadOnlyList<RlmTool> ToolsAt(int depth) => depth > 0 && Options.ChildTools is { } own ? own : _tools;

    /// <summary>The system prompt at a depth. Byte for byte the same for all runs: providers cache it.</summary>
    public string SystemPromptAt(int depth) => depth == 0 ? _rootPrompt ??= RenderPrompt(depth)
        : OpensChildren(depth) ? _branchPrompt ??= RenderPrompt(depth)
        : _leafPrompt ??= RenderPrompt(depth);

    private void TellUnsent(ILogger logger)
    {
        foreach (var route in Models.Names.Select(name => Models.Find(name)!).Prepend(Models.Sub).Prepend(Models.Root))
        {
            if (UnsentChatOptions.Untold(route.Client, route.Options) is { Count: > 0 } unsent)
            {
                logger.OptionsUnsent(route.Name, string.Join(", ", unsent));
            }
        }
    }

    private bool OpensChildren(int depth) => depth + 1 < Options.MaxDepth;

    private string RenderPrompt(int depth) => Prompts.SystemPrompt.Render(
        Options, (depth > 0 ? Options.ChildSystemPrompt : null) ?? Options.SystemPrompt, Models, ToolsAt(depth), OpensChildren(depth));
}
