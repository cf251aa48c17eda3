namespace Rlm.Embedded.Trajectories;

/// <summary>What came of a cell.</summary>
public sealed record TrajectoryCellResult
{
    /// <summary>What it printed.</summary>
    public required string Stdout { get; init; }

    /// <summary>What it wrote to stderr, then the traceback.</summary>
    public required string Stderr { get; init; }

    /// <summary>Variables of the session and their Python types.</summary>
    public IReadOnlyDictionary<string, string> Locals { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Wall time in seconds, sub-calls included.</summary>
    public double ExecutionTime { get; init; }

    /// <summary>The part of <see cref="ExecutionTime"/> spent waiting for sub-calls, in seconds.</summary>
    public double SubCallTime { get; init; }

    /// <summary>The calls it made to models, batches in the order of their prompts.</summary>
    public IReadOnlyList<TrajectoryCall> RlmCalls { get; init; } = [];

    /// <summary>The final answer it gave, or null.</summary>
    public string? FinalAnswer { get; init; }

    /// <summary>What ended it early, in small letters, or null.</summary>
    public string? Stopped { get; init; }
}
