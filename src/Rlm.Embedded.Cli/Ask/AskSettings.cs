using Microsoft.Extensions.AI;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>What `rlm ask` was asked.</summary>
internal sealed record AskSettings
{
    /// <summary>The question, or null where the text asks for itself.</summary>
    public required string? Question { get; init; }

    /// <summary>The file or folder, <c>-</c> for stdin, or null.</summary>
    public required string? Input { get; init; }

    public required int MaxSteps { get; init; }

    public required Action<RlmOptions> Limits { get; init; }

    public required (int? Root, int? Sub) Windows { get; init; }

    public required ModelPrice? Price { get; init; }

    public required ChatOptions? Sampling { get; init; }

    public required bool Verbose { get; init; }

    public required bool Json { get; init; }

    public required string? Log { get; init; }

    public required VariablePaths Variables { get; init; }

    public required SandboxSettings Sandbox { get; init; }
}
