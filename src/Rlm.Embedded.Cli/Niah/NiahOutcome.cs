namespace Rlm.Embedded.Cli.Niah;

/// <summary>What came of `rlm niah`.</summary>
internal sealed record NiahOutcome
{
    public required Haystack Haystack { get; init; }

    public required string Model { get; init; }

    public required RlmResult Result { get; init; }

    public required bool Found { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Of the first run in this process.</summary>
    public required TimeSplit Split { get; init; }

    /// <summary>Medians of the further runs, or null when there were none.</summary>
    public TimeSplit? WarmSplit { get; init; }

    public int Cells => Result.Trajectory.Sum(turn => turn.Cells.Count);
}
