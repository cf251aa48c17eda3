namespace Rlm.Embedded.Trajectories;

/// <summary>The last line of a run. A run that crashed has none.</summary>
public sealed record TrajectoryEnd : TrajectoryLine
{
    /// <summary>Why it ended, in snake case.</summary>
    public required string StopReason { get; init; }

    /// <summary>The answer.</summary>
    public required string FinalAnswer { get; init; }

    /// <summary>It was one plain call, without a REPL.</summary>
    public bool Direct { get; init; }

    /// <summary>Turns, the last call after a limit and one that failed included.</summary>
    public int Iterations { get; init; }

    /// <summary>Use of models by their names, children included.</summary>
    public IReadOnlyDictionary<string, TrajectoryUsage> Usage { get; init; } = new Dictionary<string, TrajectoryUsage>(StringComparer.Ordinal);

    /// <summary>Tokens of the run's own loop; null in files of versions that did not tell them apart.</summary>
    public TrajectoryTokens? RootTokens { get; init; }

    /// <summary>Tokens of sub-calls and children; null in files of versions that did not tell them apart.</summary>
    public TrajectoryTokens? SubTokens { get; init; }

    /// <summary>Sub-calls that code made, children included.</summary>
    public int SubCalls { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double TotalTime { get; init; }

    /// <summary>Of it, opening the session.</summary>
    public double ContextLoadTime { get; init; }

    /// <summary>Of it, cells without their sub-calls.</summary>
    public double CellTime { get; init; }

    /// <summary>Of it, models.</summary>
    public double ModelTime { get; init; }

    /// <summary>What the run threw, or null.</summary>
    public string? Error { get; init; }
}
