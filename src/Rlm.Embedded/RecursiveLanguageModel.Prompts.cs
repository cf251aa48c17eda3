using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Diagnostics;

namespace Rlm.Embedded;

/// <content>Prompts that ask for themselves: one text, which holds what to do and what to do it with.</content>
public sealed partial class RecursiveLanguageModel
{
    /// <summary>
    /// Answers a prompt, however long, where a model's own API would: all of it is the variable <c>context</c>, and the model is told that what to do
    /// stands in it. Where you have the question apart from the material, give both: it is then in the model's sight all the time.
    /// </summary>
    /// <param name="prompt">The prompt; not empty.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="ArgumentException">The prompt is empty or blank.</exception>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Task<RlmResult> CompleteAsync(string prompt, CancellationToken cancellationToken = default) =>
        CompleteAsync(ContextOf(prompt), cancellationToken);

    /// <inheritdoc cref="CompleteAsync(string, CancellationToken)"/>
    /// <param name="prompt">The prompt: a text, a conversation, files.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    public Task<RlmResult> CompleteAsync(RlmContext prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ObservedRun.CompleteAsync(_setup, (scope, token) => RunAsync(scope, prompt, question: null, token), cancellationToken);
    }

    /// <summary>Answers a prompt with a value of a type, as <see cref="CompleteAsync{T}(RlmContext, string, CancellationToken)"/> does.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="prompt">The prompt; not empty.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="ArgumentException">The prompt is empty or blank.</exception>
    /// <exception cref="RlmAnswerException">The run ended without such an answer; carries the result.</exception>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Task<RlmResult<T>> CompleteAsync<T>(string prompt, CancellationToken cancellationToken = default) =>
        CompleteAsync(prompt, (JsonTypeInfo<T>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)), cancellationToken);

    /// <summary>The same with a serialiser of the caller's.</summary>
    /// <inheritdoc cref="CompleteAsync{T}(string, CancellationToken)"/>
    /// <param name="prompt">The prompt; not empty.</param>
    /// <param name="answerType">How the type is written as JSON; of a source-generated context, for instance.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    public Task<RlmResult<T>> CompleteAsync<T>(string prompt, JsonTypeInfo<T> answerType, CancellationToken cancellationToken = default) =>
        TypedAsync(ContextOf(prompt), question: null, answerType, cancellationToken);

    /// <summary>The same as <see cref="CompleteAsync(RlmContext, CancellationToken)"/>, as events: see <see cref="StreamAsync(RlmContext, string, CancellationToken)"/>.</summary>
    /// <param name="prompt">The prompt: a text, a conversation, files.</param>
    /// <param name="cancellationToken">Stops the run, the cell that runs and every call in flight.</param>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmLimitException">A limit ended it and <see cref="RlmOptions.ThrowOnLimit"/> is set; carries the result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    /// <exception cref="RlmConfigurationException">Something the run needs is not there.</exception>
    /// <exception cref="RlmContextException">The context cannot be loaded.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public IAsyncEnumerable<RlmEvent> StreamAsync(RlmContext prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ObservedRun.StreamAsync(_setup, (scope, token) => RunAsync(scope, prompt, question: null, token), cancellationToken);
    }

    private static RlmContext ContextOf(string prompt)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prompt);
        return RlmContext.FromText(prompt);
    }
}
