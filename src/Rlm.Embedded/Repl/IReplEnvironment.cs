namespace Rlm.Embedded.Repl;

/// <summary>
/// One REPL session: globals that live from cell to cell. The engine sees Python only through this.
/// Not thread-safe: one cell at a time.
/// </summary>
public interface IReplEnvironment : IAsyncDisposable
{
    /// <summary>What <c>context</c> is in this session.</summary>
    ContextInfo Context { get; }

    /// <summary>What kind of REPL this is, for logs and trajectories. Default: the name of its type.</summary>
    ReplDescription Description => new(GetType().Name);

    /// <summary>Runs one cell. Python's exceptions are part of the result; only a misuse of the API throws.</summary>
    /// <param name="cell">The code.</param>
    /// <param name="cancellationToken">Interrupts the running cell and its sub-calls; the result then says <see cref="CellStop.Cancelled"/>.</param>
    ValueTask<CellResult> ExecuteAsync(Cell cell, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the session's code a value under one or more names, as it has <c>context</c>: a cell that binds such a name loses its own value when it ends.
    /// A name given before gets the new value.
    /// </summary>
    /// <param name="names">Python identifiers; <c>context</c> replaces <see cref="Context"/>.</param>
    /// <param name="value">The value; one object, whatever the number of names.</param>
    /// <param name="cancellationToken">Checked before the value is loaded.</param>
    /// <returns>What the value is.</returns>
    /// <exception cref="RlmContextException">The value cannot be read.</exception>
    ValueTask<ContextInfo> GiveAsync(IReadOnlyList<string> names, RlmContext value, CancellationToken cancellationToken = default);

    /// <summary>A global as the text of a final answer (<c>str</c> as it is, JSON for dict and list, else <c>str(value)</c>), or null when there is none of that name. Of a draft in <c>answer</c> the JSON object with <c>content</c>, rendered so, and <c>ready</c>.</summary>
    /// <param name="name">The name of the global.</param>
    /// <param name="cancellationToken">Interrupts a rendering that runs Python code.</param>
    /// <exception cref="Interpreter.PythonException">The text cannot be made: the value's own code failed or was interrupted, or the text is too long.</exception>
    ValueTask<string?> RenderVariableAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Makes the variable <c>answer</c> a new one, without a draft: a new question begins. An environment without such a variable does nothing.</summary>
    /// <param name="cancellationToken">Checked before.</param>
    ValueTask RenewAnswerAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>Writes the variables of the session's code that are plain data: None, bool, int, float, str, bytes, list, tuple, dict, set and frozenset, nested.</summary>
    /// <param name="destination">Where to; left open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was written, and what was not and why.</returns>
    /// <exception cref="RlmSavedVariablesException">There is no time or memory for it.</exception>
    ValueTask<SavedVariables> SaveAsync(Stream destination, CancellationToken cancellationToken = default);

    /// <summary>Binds variables that <see cref="SaveAsync"/> wrote, all or none. Nothing of what is read is run.</summary>
    /// <param name="source">Where from; left open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RlmSavedVariablesException">They cannot be restored.</exception>
    ValueTask<RestoredVariables> RestoreAsync(Stream source, CancellationToken cancellationToken = default);
}
