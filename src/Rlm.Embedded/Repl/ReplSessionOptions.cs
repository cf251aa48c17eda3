using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Repl;

/// <summary>What a new session starts with. Immutable.</summary>
public sealed record ReplSessionOptions
{
    /// <summary>The value of <c>context</c>. Default: the empty string.</summary>
    public RlmContext Context { get; init; } = RlmContext.FromText("");

    /// <summary>Who answers <c>llm_query</c> and its kin. Default: every call is answered with an error string.</summary>
    public ISubCallHandler? SubCalls { get; init; }

    /// <summary>Functions and values of the host's that the session has, besides its own. Names differ. Default: none.</summary>
    public IReadOnlyList<RlmTool> Tools { get; init; } = [];

    /// <summary>What the session may use.</summary>
    public ReplLimits Limits { get; init; } = new();

    /// <summary>How far its code is trusted. Default <see cref="SandboxProfile.Restricted"/>.</summary>
    public SandboxProfile Profile { get; init; } = SandboxProfile.Restricted;
}
