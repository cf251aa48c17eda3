namespace Rlm.Embedded.Repl;

/// <summary>One piece of Python that a session runs as a unit.</summary>
/// <param name="Code">Python source. May hold any number of statements and top-level <c>await</c>.</param>
/// <param name="Timeout">CPU time for this cell, more than nothing and at most 40 days, or null for the session's <see cref="ReplLimits.CellTimeout"/>.
/// Time spent waiting for sub-calls does not count.</param>
public sealed record Cell(string Code, TimeSpan? Timeout = null)
{
    private const string Remedy = "Give null for the session's.";

    /// <summary>CPU time for this cell, or null for the session's.</summary>
    public TimeSpan? Timeout
    {
        get;
        init => field = OptionRange.Positive(value, nameof(Cell), Remedy);
    }
    = OptionRange.Positive(Timeout, nameof(Cell), Remedy, option: nameof(Timeout));
}
