using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>What all runs of one <see cref="RecursiveLanguageModel"/> share.</summary>
internal sealed class RunSetup(IChatClient root, RlmOptions options)
{
    private string? _branchPrompt;
    private string? _leafPrompt;

    public RlmOptions Options { get; } = options;

    public ModelRouter Models { get; } = new(root, options);

    public ILogger? Logger { get; } = options.LoggerFactory?.CreateLogger("Rlm.Embedded");

    /// <summary>Byte for byte the same for all runs of a kind: providers cache it.</summary>
    /// <param name="depth">0 for the run itself.</param>
    public string SystemPrompt(int depth)
    {
        if (depth > 0 && (Options.ChildSystemPrompt ?? Options.SystemPrompt) is { } own)
        {
            return own;
        }

        return Options.SystemPrompt ?? (depth + 1 < Options.MaxDepth
            ? _branchPrompt ??= Prompts.SystemPrompt.Render(Options, Models.Names, opensChildren: true)
            : _leafPrompt ??= Prompts.SystemPrompt.Render(Options, Models.Names, opensChildren: false));
    }
}
