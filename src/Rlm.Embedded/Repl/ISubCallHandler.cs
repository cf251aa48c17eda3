namespace Rlm.Embedded.Repl;

/// <summary>
/// Answers the sub-calls of a session. The REPL knows no model: whoever opens a session hands it one of these.
/// </summary>
/// <remarks>
/// Failures are answers that begin with <c>Error: </c>. An <see cref="OperationCanceledException"/> ends the cell;
/// any other exception reaches the cell as <c>Error: </c> and its message. Implementations are thread-safe.
/// </remarks>
public interface ISubCallHandler
{
    /// <summary>Answers one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Cancelled when the cell is.</param>
    ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken);

    /// <summary>Answers many calls at once, in their order: the answer has the length of <paramref name="calls"/>.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="cancellationToken">Cancelled when the cell is.</param>
    ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken);
}
