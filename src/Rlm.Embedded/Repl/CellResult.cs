namespace Rlm.Embedded.Repl;

/// <summary>What came of one cell. Immutable; holds no reference to Python.</summary>
public sealed record CellResult
{
    /// <summary>What the cell printed, and the value of a last bare expression on a line of its own.</summary>
    public string Stdout { get; init; } = "";

    /// <summary>What the cell wrote to stderr, without the traceback (see <see cref="Error"/>).</summary>
    public string Stderr { get; init; } = "";

    /// <summary>The exception that ended the cell, or null. Set too when <see cref="Stopped"/> is not <see cref="CellStop.None"/>.</summary>
    public CellError? Error { get; init; }

    /// <summary>
    /// The final answer the cell gave (<c>FINAL</c>, <c>FINAL_VAR</c> or a ready <c>answer</c>), as text, or null. The cell ended where it called <c>FINAL</c>
    /// or <c>FINAL_VAR</c>; a ready <c>answer</c> is looked at when the code is done.
    /// </summary>
    public string? FinalAnswer { get; init; }

    /// <summary>
    /// What is wrong with the answer that the cell gave or meant to give, in words for the model: it is None or empty, it has no text of its own, <c>answer</c> is
    /// ready and has no content, <c>FINAL_VAR</c> named nothing. Null when nothing is. <see cref="FinalAnswer"/> may be set beside it.
    /// </summary>
    public string? AnswerFault { get; init; }

    /// <summary>All globals made by the session's code, in order of creation.</summary>
    public IReadOnlyList<ReplVariable> Variables { get; init; } = [];

    /// <summary>Those of <see cref="Variables"/> that did not exist before this cell.</summary>
    public IReadOnlyList<ReplVariable> NewVariables { get; init; } = [];

    /// <summary>Wall time from the start of the cell to its end.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The part of <see cref="Elapsed"/> spent waiting for sub-calls.</summary>
    public TimeSpan SubCallTime { get; init; }

    /// <summary>What ended the cell early.</summary>
    public CellStop Stopped { get; init; }
}
