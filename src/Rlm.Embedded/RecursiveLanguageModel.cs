using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine;

namespace Rlm.Embedded;

/// <summary>
/// Answers questions about contexts of any length: a root model explores the context in a Python REPL and calls
/// sub-models on pieces of it (arXiv 2512.24601). Thread-safe: runs may be concurrent.
/// </summary>
/// <remarks>The chat clients belong to the caller and are not disposed.</remarks>
public sealed class RecursiveLanguageModel : IAsyncDisposable
{
    private readonly RunSetup _setup;
    private bool _disposed;

    /// <summary>Makes one. Nothing is started before the first run.</summary>
    /// <param name="root">The model that drives the REPL.</param>
    /// <param name="options">How it works; copied. Default: the defaults.</param>
    /// <exception cref="RlmConfigurationException">An option is out of range, or a cost limit meets a model whose price nobody knows.</exception>
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
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    public Task<RlmResult> CompleteAsync(RlmContext context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new RlmRun(new RunScope(_setup, feed: null), context, question).RunAsync(cancellationToken);
    }

    /// <summary>
    /// The same run as events, the last of them <see cref="RlmEvent.RunEnded"/>. The root model is called in streaming mode.
    /// Leaving the enumeration early cancels the run.
    /// </summary>
    /// <param name="context">What the model explores as <c>context</c>.</param>
    /// <param name="question">What to find out.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
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
        _disposed = true;
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<RlmEvent> StreamCoreAsync(RlmContext context, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feed = new EventFeed();
        var run = feed.Run(new RlmRun(new RunScope(_setup, feed), context, question), abandoned.Token);
        try
        {
            await foreach (var happened in feed.ReadAllAsync().ConfigureAwait(false))
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
}
