using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Repl;

/// <summary>What a new session starts with. Immutable.</summary>
public sealed record ReplSessionOptions
{
    /// <summary>The value of <c>context</c>. Default: the empty string.</summary>
    public RlmContext Context { get; init; } = RlmContext.FromText("");

    /// <summary>Who answers <c>llm_query</c> and its kin. Default: every call is answered with an error string.</summary>
    public ISubCallHandler? SubCalls { get; init; }

    /// <summary>
    /// Is given what cells print while they run, in pieces and in order, up to <see cref="ReplLimits.OutputCharacters"/> a cell and stream; all of it
    /// before the cell's result. Called on threads of the engine, one call at a time: it must be quick. What it throws is thrown where the cell
    /// is awaited. Default: nobody listens.
    /// </summary>
    public Action<ReplOutput>? Output { get; init; }

    /// <summary>Functions and values of the host's that the session has, besides its own. Names differ. Default: none.</summary>
    public IReadOnlyList<RlmTool> Tools { get; init; } = [];

    /// <summary>What the session may use.</summary>
    public ReplLimits Limits { get; init; } = new();

    /// <summary>How far its code is trusted. Default <see cref="SandboxProfile.Restricted"/>.</summary>
    public SandboxProfile Profile { get; init; } = SandboxProfile.Restricted;
}
