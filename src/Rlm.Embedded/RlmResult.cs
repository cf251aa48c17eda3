using Rlm.Embedded.Repl;

namespace Rlm.Embedded;

/// <summary>What came of a run. Immutable.</summary>
public record RlmResult
{
    /// <summary>32 hex digits, different for each run and child; in logs, traces, events and trajectories it names the run.</summary>
    public string RunId { get; init; } = "";

    /// <summary>The answer. After a limit: the best there is, possibly empty.</summary>
    public required string Text { get; init; }

    /// <summary>Why the run ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>After a limit: which one, with its value, and what to do. Null when none ended the run.</summary>
    public string? LimitNote { get; init; }

    /// <summary>The session's variables when the run ended, in order of creation.</summary>
    public IReadOnlyList<ReplVariable> Variables { get; init; } = [];

    /// <summary>Calls and tokens, those of sub-calls and children included.</summary>
    public required RlmUsage Usage { get; init; }

    /// <summary>Turns, as many as <see cref="Trajectory"/> has: calls to the root model that were sent, the last one after a limit and one that failed included.</summary>
    public required int Turns { get; init; }

    /// <summary>Everything that happened, turn by turn.</summary>
    public required IReadOnlyList<RlmTurn> Trajectory { get; init; }

    /// <summary>Where the time went.</summary>
    public required RlmTimes Times { get; init; }

    /// <summary>True when the context was below <see cref="RlmOptions.DirectCallThreshold"/>: one plain call to the root model, without a REPL.</summary>
    public bool IsDirect { get; init; }

    /// <summary>The file that the trajectory was written to, or null when <see cref="RlmOptions.TrajectoryFolder"/> is not set.</summary>
    public string? TrajectoryFile { get; init; }

    /// <summary>The answer, <see cref="Text"/>; where there is none, why the run ended.</summary>
    public sealed override string ToString() => Text.Length > 0 ? Text : $"(no answer: {LimitNote ?? StopReason.ToString()})";
}
