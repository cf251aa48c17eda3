using System.Runtime.CompilerServices;
using Rlm.Embedded.Diagnostics;
using Rlm.Embedded.Engine;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded;

/// <summary>
/// Questions that share one REPL: the variables of one are there for the next. Opened by <see cref="RecursiveLanguageModel.OpenSessionAsync"/>.
/// </summary>
/// <remarks>
/// <para>The contexts are <c>context_0</c>, <c>context_1</c> and so on, the messages of finished questions <c>history_0</c>, <c>history_1</c> and so on;
/// <c>context</c> and <c>history</c> are the first ones.</para>
/// <para>One question at a time: a second one meanwhile is refused with <see cref="InvalidOperationException"/>. A question that was cancelled, hit a limit or
/// failed leaves the session usable; after a cell that could not be interrupted every call throws <see cref="RlmSessionLostException"/>.</para>
/// </remarks>
public sealed class RlmSession : IAsyncDisposable
{
    private readonly RunSetup _setup;
    private readonly SessionRepl _repl;
    private readonly SemaphoreSlim _free = new(1);
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    internal RlmSession(RunSetup setup, SessionRepl repl)
    {
        _setup = setup;
        _repl = repl;
    }

    /// <summary>The variables that code of this session made, as of the last cell.</summary>
    public IReadOnlyList<ReplVariable> Variables => _repl.Variables;

    /// <summary>True after a cell that could not be interrupted.</summary>
    public bool IsLost => _repl.IsLost;

    /// <summary>Answers a question about a new context, which is the session's next: <c>context_0</c>, <c>context_1</c> and so on.</summary>
    /// <inheritdoc cref="RecursiveLanguageModel.CompleteAsync(RlmContext, string, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">Another question is being answered.</exception>
    /// <exception cref="RlmSessionLostException">The REPL is lost.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    public Task<RlmResult> CompleteAsync(RlmContext context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return AnswerAsync(context, question, cancellationToken);
    }

    /// <summary>Answers a question about what the session has already.</summary>
    /// <inheritdoc cref="CompleteAsync(RlmContext, string, CancellationToken)"/>
    public Task<RlmResult> CompleteAsync(string question, CancellationToken cancellationToken = default) => AnswerAsync(null, question, cancellationToken);

    /// <summary>The same as events, the last of them <see cref="RlmEvent.RunEnded"/>. Leaving the enumeration early cancels the question.</summary>
    /// <param name="context">A new context, or null for none.</param>
    /// <param name="question">What to find out.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="InvalidOperationException">Another question is being answered; thrown by the enumeration.</exception>
    /// <exception cref="RlmSessionLostException">The REPL is lost; thrown by the enumeration.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed; thrown by the enumeration.</exception>
    public IAsyncEnumerable<RlmEvent> StreamAsync(RlmContext? context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return StreamCoreAsync(context, question, cancellationToken);
    }

    /// <summary>Writes the session's variables to a file, as far as they are plain data; see docs/sessions.md for what that is. A file that exists is replaced in one step.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up; the file is then as it was.</param>
    /// <returns>What was saved, and what was not and why.</returns>
    /// <exception cref="InvalidOperationException">A question is being answered.</exception>
    /// <exception cref="RlmSessionLostException">The REPL is lost.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be used, or is a folder.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<SavedVariables> SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = Take();
        return await VariableFile.SaveAsync(_repl.Repl, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Binds the variables of a file that <see cref="SaveAsync"/> wrote. All or none: variables of the same names are replaced. The file may come from a
    /// stranger: it holds data only, and nothing in it is run.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up; the session is then as it was.</param>
    /// <returns>What was bound, and the variables the session has then.</returns>
    /// <exception cref="RlmSavedVariablesException">The file is no such file, is damaged, of a newer version or too large.</exception>
    /// <exception cref="InvalidOperationException">A question is being answered.</exception>
    /// <exception cref="RlmSessionLostException">The REPL is lost.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be used, or is a folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<RestoredVariables> RestoreAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = Take();
        var restored = await VariableFile.RestoreAsync(_repl.Repl, path, cancellationToken).ConfigureAwait(false);
        _repl.Variables = restored.Variables;
        return restored;
    }

    /// <summary>Cancels a question that is being answered, waits for its end, and closes the REPL with all its variables.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await _repl.Repl.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
        _free.Dispose();
    }

    private async Task<RlmResult> AnswerAsync(RlmContext? context, string question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        using var turn = Take();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        return await ObservedRun.CompleteAsync(_setup, (scope, token) => new RlmRun(scope, _repl, context, question).RunAsync(token), linked.Token).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<RlmEvent> StreamCoreAsync(RlmContext? context, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var turn = Take();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await foreach (var happened in ObservedRun.StreamAsync(_setup, (scope, token) => new RlmRun(scope, _repl, context, question).RunAsync(token), linked.Token).ConfigureAwait(false))
        {
            yield return happened;
        }
    }

    private Turn Take()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
#pragma warning disable RS0030 // It does not wait.
        if (!_free.Wait(0, CancellationToken.None))
#pragma warning restore RS0030
        {
            throw new InvalidOperationException("This session is busy with another call. A session does one thing at a time; await the call before the next, or open another session.");
        }

        if (_disposed != 0 || _repl.IsLost)
        {
            _free.Release();
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            throw new RlmSessionLostException("A cell of this session could not be interrupted, and its REPL is lost with all its variables. Dispose the session and open another.");
        }

        return new Turn(_free);
    }

    private readonly struct Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
