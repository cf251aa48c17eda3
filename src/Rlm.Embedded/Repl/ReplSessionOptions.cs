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

    /// <summary>
    /// Folders of packages that a <see cref="SandboxProfile.Trusted"/> session may import, before those of the Python that runs. They go behind
    /// the standard library on <c>sys.path</c>, which all Trusted sessions of the process share, and stay there. Default: none; what is installed
    /// for that Python or its virtual environment is there without.
    /// </summary>
    public IReadOnlyList<string> PackagePaths { get; init; } = [];

    /// <summary>Whether the folders that the environment variable PYTHONPATH names are added behind <see cref="PackagePaths"/>. Default false.</summary>
    public bool UsePythonPath { get; init; }

    /// <summary>
    /// Modules that a <see cref="SandboxProfile.Restricted"/> session may import besides its own: top-level names such as <c>numpy</c>, with
    /// all that is in them. Each weakens the containment by what its code can do (docs/packages.md); <see cref="SandboxProfile.Required"/>
    /// refuses them. Default: none.
    /// </summary>
    public IReadOnlyList<string> AllowedModules { get; init; } = [];
}
