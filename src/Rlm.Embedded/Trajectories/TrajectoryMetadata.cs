using System.Text.Json.Nodes;

namespace Rlm.Embedded.Trajectories;

/// <summary>The first line of a run.</summary>
public sealed record TrajectoryMetadata : TrajectoryLine
{
    /// <summary>The version of the format that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The version of the format.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>The run whose cell made this one; null for the run itself.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>0 for the run itself, 1 for its children, and so on.</summary>
    public int Depth { get; init; }

    /// <summary>The name of the root model.</summary>
    public required string RootModel { get; init; }

    /// <summary>Levels of REPLs.</summary>
    public int MaxDepth { get; init; }

    /// <summary>Turns it had.</summary>
    public int MaxIterations { get; init; }

    /// <summary>The root model's provider.</summary>
    public required string Backend { get; init; }

    /// <summary>Options of root calls. What looks like a secret is left out.</summary>
    public JsonObject BackendKwargs { get; init; } = [];

    /// <summary>The kind of REPL: <c>embedded</c>, what a session of <see cref="RlmOptions.OpenRepl"/> calls itself, or <c>none</c> where no session was opened.</summary>
    public required string EnvironmentType { get; init; }

    /// <summary>Limits of the session (<see cref="Repl.ReplLimits"/>); times in seconds. One that is absent is none.</summary>
    public JsonObject EnvironmentKwargs { get; init; } = [];

    /// <summary>Limits of the whole tree of runs (<see cref="RlmOptions"/>); times in seconds. One that is absent is none.</summary>
    public JsonObject Limits { get; init; } = [];

    /// <summary>The models of sub-calls that are not the root model.</summary>
    public IReadOnlyList<string> OtherBackends { get; init; } = [];

    /// <summary>What held the code; null where the session does not say, or there is none.</summary>
    public TrajectorySandbox? Sandbox { get; init; }

    /// <summary>What was asked.</summary>
    public required string Question { get; init; }

    /// <summary>What it was asked about, named and not copied.</summary>
    public required TrajectoryContext Context { get; init; }
}
