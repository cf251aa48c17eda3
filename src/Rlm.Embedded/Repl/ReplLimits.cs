namespace Rlm.Embedded.Repl;

/// <summary>What a session may use. Immutable.</summary>
public sealed record ReplLimits
{
    /// <summary>Time one cell may run, sub-calls excluded. Default 60 s; null for none.</summary>
    public TimeSpan? CellTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time one cell may take in all, sub-calls included. Default null: none.</summary>
    public TimeSpan? CellWallTime { get; init; }

    /// <summary>Time that all cells of a session may run together, sub-calls excluded. Default null: none.</summary>
    public TimeSpan? SessionTime { get; init; }

    /// <summary>Sub-calls, slots of batches and calls of tools that one cell may make. Default null: any number.</summary>
    public int? CellHostCalls { get; init; }

    /// <summary>The same for all cells of a session together. Default null: any number.</summary>
    public int? SessionHostCalls { get; init; }

    /// <summary>Memory that a session's objects may take, in bytes. Default 2 GiB; null for none.</summary>
    public long? Memory { get; init; } = 2L << 30;

    /// <summary>Characters of output kept per cell and stream, head and tail; the middle is counted. Default 20,000.</summary>
    public int OutputCharacters { get; init; } = 20_000;

    /// <summary>Characters a cell may print in all, kept or not, before it is stopped. Default 500 times <see cref="OutputCharacters"/>.</summary>
    public long OutputTotal
    {
        get => field > 0 ? field : OutputCharacters * 500L;
        init;
    }

    /// <summary>Characters of source a cell may have. Default 1,000,000.</summary>
    public int SourceCharacters { get; init; } = 1_000_000;
}
