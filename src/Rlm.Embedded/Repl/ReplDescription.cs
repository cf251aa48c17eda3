using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Repl;

/// <summary>What kind of REPL a session is, for logs and trajectories. Immutable.</summary>
/// <param name="Type"><c>embedded</c> for the CPython of this process; another environment names itself.</param>
public sealed record ReplDescription(string Type)
{
    /// <summary>How far its code is trusted, or null where that is not said.</summary>
    public SandboxProfile? Profile { get; init; }

    /// <summary>The layers that hold its code, innermost first; see <see cref="EngineInfo.ActiveLayers"/>.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>What it may use, or null where that is not said.</summary>
    public ReplLimits? Limits { get; init; }
}
