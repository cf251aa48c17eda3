namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Where a person writes cells.</summary>
internal interface ICellPrompt
{
    /// <summary>Has one cell written.</summary>
    /// <returns>Its code; null when the input ended.</returns>
    Task<string?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Ctrl+C came as a signal while a cell was being written. Any thread.</summary>
    void Interrupt();
}
