using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Diagnostics;
using Rlm.Embedded.Engine;

namespace Rlm.Embedded;

/// <summary>
/// Answers questions about contexts of any length: a root model explores the context in a Python REPL and calls
/// sub-models on pieces of it (arXiv 2512.24601). Thread-safe: runs may be concurrent.
/// </summary>
/// <remarks>The chat clients belong to the caller and are not disposed.</remarks>
public sealed class RecursiveLanguageModel : IAsyncDisposable, IDisposable
{
    private readonly RunSetup _setup;
    private bool _disposed;

    /// <summary>Makes one. Nothing is started before the first run.</summary>
    /// <param name="root">The model that drives the REPL.</param>
    /// <param name="options">How it works; copied. Default: the defaults.</param>
    /// <exception cref="RlmConfigurationException">An option is out of range.</exception>
    public RecursiveLanguageModel(IChatClient root, RlmOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        _setup = new RunSetup(root, (options ?? new RlmOptions()).Copy());
    }

    /// <summary>Runs until the model states its answer or a limit trips. Limits are results, not exceptions: see <see cref="RlmResult.StopReason"/>.</summary>
    /// <param name="context">What the model explores as <c>context</c>.</param>
    /// <param name="question">What to find out.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    public Task<RlmResult> CompleteAsync(RlmContext context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return CompleteCoreAsync(context, question, cancellationToken);
    }

    /// <summary>
    /// The same run as events, the last of them <see cref="RlmEvent.RunEnded"/>. The root model is called in streaming mode.
    /// Leaving the enumeration early cancels the run and waits for its end.
    /// </summary>
    /// <remarks>
    /// The run begins with the enumeration. It does not wait for its reader, but for one that is far behind: with 1,024 events unread
    /// it takes no further piece of a reply from the model. Whoever enumerates by hand must dispose of the enumerator.
    /// </remarks>
    /// <param name="context">What the model explores as <c>context</c>.</param>
    /// <param name="question">What to find out.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    public IAsyncEnumerable<RlmEvent> StreamAsync(RlmContext context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return StreamCoreAsync(context, question, cancellationToken);
    }

    /// <summary>Refuses further runs. Runs in flight end by themselves.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>As <see cref="DisposeAsync"/>, for containers that dispose of their services synchronously.</summary>
    public void Dispose() => _disposed = true;

    private static async Task<RlmResult> RunAsync(RunScope scope, RlmContext context, string question, CancellationToken cancellationToken) =>
        await DirectText.ReadAsync(context, scope.Options.DirectCallThreshold ?? 0, cancellationToken).ConfigureAwait(false) is { } text
            ? await new DirectRun(scope, context, text, question).RunAsync(cancellationToken).ConfigureAwait(false)
            : await new RlmRun(scope, context, question).RunAsync(cancellationToken).ConfigureAwait(false);

    private async Task<RlmResult> CompleteCoreAsync(RlmContext context, string question, CancellationToken cancellationToken)
    {
        using var observed = ObservedScope.Open(_setup, isStreamed: false);
        return await RunAsync(observed.Scope, context, question, cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<RlmEvent> StreamCoreAsync(RlmContext context, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var observed = ObservedScope.Open(_setup, isStreamed: true);
        var feed = observed.Scope.Feed!;
        var run = Task.Run(() => RunToEndOfFeedAsync(observed.Scope, context, question, abandoned.Token), CancellationToken.None);
        try
        {
            await foreach (var happened in feed.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return happened;
            }

            await run.ConfigureAwait(false);
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task RunToEndOfFeedAsync(RunScope scope, RlmContext context, string question, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(scope, context, question, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.Feed!.Complete();
        }
    }
}
