using System.Diagnostics.CodeAnalysis;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>
/// A call that a confined thread hands to an ordinary one, and waits for: the confined thread may neither open a connection nor start
/// a thread, and what it put on the thread pool could give birth to a pool thread as confined as itself.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The event never makes a wait handle, so there is nothing to dispose.")]
internal sealed class HandedCall<TReply>(Func<ValueTask<TReply>> call)
{
    private readonly ManualResetEventSlim _done = new(initialState: false, spinCount: 0);
    private TReply? _reply;
    private Exception? _failure;

    /// <summary>Makes the call elsewhere and waits for its answer.</summary>
    /// <param name="spin">The answer is expected at once.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the call goes on and its answer is dropped.</exception>
    public TReply Run(bool spin, CancellationToken cancellationToken)
    {
        HostThread.Post(() => _ = AnswerAsync());
        if (spin)
        {
            Spin.Until(static done => done.IsSet, _done);
        }

        Blocking.Until(_done, cancellationToken);
        return _failure is null ? _reply! : throw _failure;
    }

    private async Task AnswerAsync()
    {
        try
        {
            _reply = await call().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Built when it is first read, from resources that a confined thread could not load.
            _ = exception.Message;
            _failure = exception;
        }

        _done.Set();
    }
}
