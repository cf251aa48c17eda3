namespace Rlm.Embedded.Repl;

/// <summary>What a session may use. Immutable. A value that makes no sense is refused where it is set, with <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed record ReplLimits
{
    private const string NoLimit = "Give null for no limit.";

    /// <summary>Time one cell may run, sub-calls excluded. More than nothing, at most 40 days. Default 60 s; null for none.</summary>
    public TimeSpan? CellTimeout
    {
        get;
        init => field = OptionRange.Positive(value, nameof(ReplLimits), NoLimit);
    }
    = TimeSpan.FromSeconds(60);

    /// <summary>Time one cell may take in all, sub-calls included. More than nothing, at most 40 days. Default null: none.</summary>
    public TimeSpan? CellWallTime
    {
        get;
        init => field = OptionRange.Positive(value, nameof(ReplLimits), NoLimit);
    }

    /// <summary>Time that all cells of a session may run together, sub-calls excluded. More than nothing, at most 40 days. Default null: none.</summary>
    public TimeSpan? SessionTime
    {
        get;
        init => field = OptionRange.Positive(value, nameof(ReplLimits), NoLimit);
    }

    /// <summary>Sub-calls, slots of batches and calls of tools that one cell may make; 0 for none. Default null: any number.</summary>
    public int? CellHostCalls
    {
        get;
        init => field = OptionRange.AtLeast(value, 0, nameof(ReplLimits), NoLimit);
    }

    /// <summary>The same for all cells of a session together. Default null: any number.</summary>
    public int? SessionHostCalls
    {
        get;
        init => field = OptionRange.AtLeast(value, 0, nameof(ReplLimits), NoLimit);
    }

    /// <summary>Memory that a session's objects may take, in bytes; at least 1 MiB. Default 2 GiB; null for none.</summary>
    public long? Memory
    {
        get;
        init => field = OptionRange.AtLeast(value, 1L << 20, nameof(ReplLimits), NoLimit);
    }
    = 2L << 30;

    /// <summary>Characters of output kept per cell and stream, head and tail; the middle is counted. At least 1. Default 20,000.</summary>
    public int OutputCharacters
    {
        get;
        init => field = OptionRange.AtLeast(value, 1, nameof(ReplLimits))!.Value;
    }
    = 20_000;

    /// <summary>Characters a cell may print in all, kept or not, before it is stopped. At least 1. Default 500 times <see cref="OutputCharacters"/>.</summary>
    public long OutputTotal
    {
        get => field > 0 ? field : OutputCharacters * 500L;
        init => field = OptionRange.AtLeast(value, 1, nameof(ReplLimits))!.Value;
    }

    /// <summary>Characters of source a cell may have. At least 1. Default 1,000,000.</summary>
    public int SourceCharacters
    {
        get;
        init => field = OptionRange.AtLeast(value, 1, nameof(ReplLimits))!.Value;
    }
    = 1_000_000;
}
