namespace Rlm.Embedded.Repl;

/// <summary>A Python exception that ended a cell, as plain text: no Python object outlives the cell.</summary>
/// <param name="Type">Name of the exception's class, for example <c>ValueError</c>.</param>
/// <param name="Message"><c>str(exception)</c>, at most 10,000 characters.</param>
/// <param name="Line">Line in the cell, from 1, of the innermost frame that belongs to it; null when there is none.</param>
/// <param name="Traceback">The traceback as Python prints it, with the frames of the engine left out.</param>
public sealed record CellError(string Type, string Message, int? Line, string Traceback)
{
    /// <summary>Nothing of the cell was run: its code has a syntax error, is too long or was refused.</summary>
    public bool NothingRan { get; init; }
}
