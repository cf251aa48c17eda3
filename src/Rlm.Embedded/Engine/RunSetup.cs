using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>What all runs of one <see cref="RecursiveLanguageModel"/> share.</summary>
internal sealed class RunSetup(IChatClient root, RlmOptions options)
{
    private string? _systemPrompt;

    public RlmOptions Options { get; } = options;

    public ModelRouter Models { get; } = new(root, options);

    public ILogger? Logger { get; } = options.LoggerFactory?.CreateLogger("Rlm.Embedded");

    /// <summary>Byte for byte the same for all runs: providers cache it.</summary>
    public string SystemPrompt => _systemPrompt ??= Options.SystemPrompt ?? Prompts.SystemPrompt.Render(Options, Models.Names);
}
