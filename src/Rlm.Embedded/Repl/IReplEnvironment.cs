namespace Rlm.Embedded.Repl;

/// <summary>
/// One REPL session: globals that live from cell to cell. The engine sees Python only through this.
/// Not thread-safe: one cell at a time.
/// </summary>
public interface IReplEnvironment : IAsyncDisposable
{
    /// <summary>What <c>context</c> is in this session.</summary>
    ContextInfo Context { get; }

    /// <summary>Runs one cell. Python's exceptions are part of the result; only a misuse of the API throws.</summary>
    /// <param name="cell">The code.</param>
    /// <param name="cancellationToken">Interrupts the running cell and its sub-calls; the result then says <see cref="CellStop.Cancelled"/>.</param>
    ValueTask<CellResult> ExecuteAsync(Cell cell, CancellationToken cancellationToken = default);

    /// <summary>A global as the text of a final answer (<c>str</c> as it is, JSON for dict and list, else <c>str(value)</c>), or null when there is none of that name.</summary>
    /// <param name="name">The name of the global.</param>
    /// <param name="cancellationToken">Interrupts a rendering that runs Python code.</param>
    ValueTask<string?> RenderVariableAsync(string name, CancellationToken cancellationToken = default);
}
