namespace Rlm.Embedded.Trajectories;

/// <summary>A turn: one call to the root model and what its reply made happen.</summary>
public sealed record TrajectoryIteration : TrajectoryLine
{
    /// <summary>Its number, from 1.</summary>
    public required int Iteration { get; init; }

    /// <summary>The messages added since the last iteration: all iterations' in order, from the last compaction on, are what this call was sent.</summary>
    public IReadOnlyList<TrajectoryMessage> Prompt { get; init; } = [];

    /// <summary>Before this call the messages were summarised: <see cref="Prompt"/> begins anew. Else null.</summary>
    public TrajectoryCompaction? Compaction { get; init; }

    /// <summary>The reply; of a refusal its words.</summary>
    public required string Response { get; init; }

    /// <summary>How a reply that is not whole ended, in snake case: <c>cut</c>, <c>filtered</c>, <c>refused</c>; null for a whole one.</summary>
    public string? ReplyEnd { get; init; }

    /// <summary>The reply's thinking, or null.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The cells that ran, in order.</summary>
    public IReadOnlyList<TrajectoryCodeBlock> CodeBlocks { get; init; } = [];

    /// <summary>The final answer that a cell gave, or null. One given in prose is only in <see cref="TrajectoryEnd.FinalAnswer"/>.</summary>
    public string? FinalAnswer { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double IterationTime { get; init; }

    /// <summary>Wall time of the root call in seconds.</summary>
    public double ModelTime { get; init; }

    /// <summary>Tokens of the root call, or null where the provider reported none.</summary>
    public TrajectoryTokens? Tokens { get; init; }
}
