using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Diagnostics;
using Rlm.Embedded.Engine;
using Rlm.Embedded.Engine.Prompts;

namespace Rlm.Embedded;

/// <summary>
/// Answers questions about contexts of any length: a root model explores the context in a Python REPL and calls
/// sub-models on pieces of it (arXiv 2512.24601). Thread-safe: runs may be concurrent.
/// </summary>
/// <remarks>The chat clients belong to the caller and are not disposed.</remarks>
public sealed partial class RecursiveLanguageModel : IAsyncDisposable, IDisposable
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
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Task<RlmResult> CompleteAsync(RlmContext context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ObservedRun.CompleteAsync(_setup, (scope, token) => RunAsync(scope, context, question, token), cancellationToken);
    }

    /// <summary>
    /// Runs until the model states an answer that is a value of a type. The model is told the type's JSON schema; an answer that does not fit goes back to it
    /// with the reason, at most <see cref="RlmOptions.SchemaRetries"/> times.
    /// </summary>
    /// <typeparam name="T">The type, as <see cref="AIJsonUtilities.DefaultOptions"/> reads it: names in camel case, all properties asked for.
    /// Trimmed and AOT-compiled programs use the overload that takes a <see cref="JsonTypeInfo{T}"/>.</typeparam>
    /// <param name="context">What the model explores as <c>context</c>.</param>
    /// <param name="question">What to find out.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmAnswerException">The run ended without such an answer; carries the result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Task<RlmResult<T>> CompleteAsync<T>(RlmContext context, string question, CancellationToken cancellationToken = default) =>
        CompleteAsync(context, question, (JsonTypeInfo<T>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)), cancellationToken);

    /// <summary>The same with a serialiser of the caller's.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="context">What the model explores as <c>context</c>.</param>
    /// <param name="question">What to find out.</param>
    /// <param name="answerType">How the type is written as JSON; of a source-generated context, for instance.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmAnswerException">The run ended without such an answer; carries the result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public async Task<RlmResult<T>> CompleteAsync<T>(RlmContext context, string question, JsonTypeInfo<T> answerType, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        return await TypedAsync(context, question, answerType, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RlmResult<T>> TypedAsync<T>(RlmContext context, string? question, JsonTypeInfo<T> answerType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answerType);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var form = new AnswerForm<T>(answerType);
        var result = await ObservedRun.CompleteAsync(_setup, (scope, token) => RunAsync(scope, context, question, form, token), cancellationToken).ConfigureAwait(false);
        return form.Read(result.Text, out var value) is { } mismatch
            ? throw new RlmAnswerException(result, mismatch)
            : new RlmResult<T>(result, value!);
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
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public IAsyncEnumerable<RlmEvent> StreamAsync(RlmContext context, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ObservedRun.StreamAsync(_setup, (scope, token) => RunAsync(scope, context, question, token), cancellationToken);
    }

    /// <summary>Opens a session: a REPL that stays from question to question. The caller disposes it; it outlives this object.</summary>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="RlmConfigurationException">Something the session needs is not there.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public async Task<RlmSession> OpenSessionAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_setup.Options.MaxDepth == 0)
        {
            throw new RlmConfigurationException("RlmOptions.MaxDepth is 0: there is no REPL, and a session is one. Set MaxDepth to 1 or more.");
        }

        var subCalls = new SwitchedSubCalls();
        var repl = await ReplOpener.OpenAsync(_setup.Options, ReplOpener.Session(_setup, context: null, subCalls, subCalls.Hear, depth: 0), cancellationToken).ConfigureAwait(false);
        return new RlmSession(_setup, new SessionRepl(repl, subCalls));
    }

    /// <summary>Refuses further runs. Runs in flight end by themselves.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>As <see cref="DisposeAsync"/>, for containers that dispose of their services synchronously.</summary>
    public void Dispose() => _disposed = true;

    private static async Task<RlmResult> RunAsync(RunScope scope, RlmContext context, string? question, CancellationToken cancellationToken) =>
        scope.Options.MaxDepth > 0 && await DirectText.ReadAsync(context, scope.Options.DirectCallThreshold ?? 0).ConfigureAwait(false) is { } text
            ? await new DirectRun(scope, context, text, question ?? "").RunAsync(cancellationToken).ConfigureAwait(false)
            : await RunAsync(scope, context, question, form: null, cancellationToken).ConfigureAwait(false);

    private static async Task<RlmResult> RunAsync(RunScope scope, RlmContext context, string? question, AnswerForm? form, CancellationToken cancellationToken) =>
        scope.Options.MaxDepth == 0
            ? await new DirectRun(scope, context, await DirectText.ReadWholeAsync(context).ConfigureAwait(false), question ?? "", form).RunAsync(cancellationToken).ConfigureAwait(false)
            : await new RlmRun(scope, context, question ?? PromptText.ChildQuestion, form).RunAsync(cancellationToken).ConfigureAwait(false);
}
