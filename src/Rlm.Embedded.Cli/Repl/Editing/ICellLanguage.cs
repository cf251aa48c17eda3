namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>What Python says of the cell being written.</summary>
internal interface ICellLanguage
{
    /// <summary>Whether the code is whole, or goes on in the next line.</summary>
    ValueTask<bool> IsCompleteAsync(string code, CancellationToken cancellationToken);

    /// <summary>The names that may stand where a name has begun, sorted.</summary>
    /// <param name="owner">What the name belongs to, such as <c>re</c> or <c>df.columns</c>; empty for a variable.</param>
    /// <param name="begun">The name's beginning; may be empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<string>> CompleteAsync(string owner, string begun, CancellationToken cancellationToken);
}
