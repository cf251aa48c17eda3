using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>
/// Repeats calls that failed in passing (<see cref="ModelCallException.IsTransient"/>): exponential waits with jitter, or what the
/// server asks for. The last failure is thrown as it came. Thread-safe.
/// </summary>
public sealed class RetryChatClient : DelegatingChatClient
{
    private static readonly ResiliencePropertyKey<long> s_started = new("rlm.started");

    private readonly RetryOptions _options;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Makes a client.</summary>
    /// <param name="innerClient">The client to repeat calls to; disposed of with this one.</param>
    /// <param name="options">How to repeat.</param>
    public RetryChatClient(IChatClient innerClient, RetryOptions? options = null)
        : base(innerClient)
    {
        _options = options ?? new RetryOptions();
        _pipeline = _options.MaxRetries > 0 ? Pipeline(_options) : ResiliencePipeline.Empty;
    }

    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // An enumerable that can be read only once must survive the second try.
        IReadOnlyCollection<ChatMessage> kept = Keep(messages);
        return await RepeatAsync(
            token => new ValueTask<ChatResponse>(InnerClient.GetResponseAsync(kept, options, token)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyCollection<ChatMessage> kept = Keep(messages);
        Stream stream = await RepeatAsync(
            token => OpenAsync(kept, options, token, cancellationToken), cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            foreach (ChatResponseUpdate update in stream.Read)
            {
                yield return update;
            }

            while (stream.Rest is { } rest && await rest.MoveNextAsync().ConfigureAwait(false))
            {
                yield return rest.Current;
            }
        }
    }

    private static IReadOnlyCollection<ChatMessage> Keep(IEnumerable<ChatMessage> messages) =>
        messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];

    private static ResiliencePipeline Pipeline(RetryOptions options) =>
        new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.BaseDelay,
            MaxDelay = options.MaxDelay,
#pragma warning disable RS0030 // Retries of many processes are to differ.
            Randomizer = options.Random ?? System.Random.Shared.NextDouble,
#pragma warning restore RS0030
            ShouldHandle = outcome => ValueTask.FromResult(
                outcome.Outcome.Exception is ModelCallException { IsTransient: true } failure
                && !(failure.RetryAfter > options.MaxRetryAfter)
                && options.TimeProvider.GetElapsedTime(outcome.Context.Properties.GetValue(s_started, 0)) < options.MaxElapsed),
            DelayGenerator = outcome => ValueTask.FromResult((outcome.Outcome.Exception as ModelCallException)?.RetryAfter),
            OnRetry = retry =>
            {
                options.OnRetry?.Invoke((ModelCallException)retry.Outcome.Exception!, retry.AttemptNumber + 1, retry.RetryDelay);
                return ValueTask.CompletedTask;
            },
        }).Build();

    private async ValueTask<T> RepeatAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(s_started, _options.TimeProvider.GetTimestamp());
            return await _pipeline.ExecuteAsync(
                static (context, call) => call(context.CancellationToken), context, call).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Opens a stream and reads it up to its first content, or to its end.</summary>
    private async ValueTask<Stream> OpenAsync(
        IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, CancellationToken attempt, CancellationToken whole)
    {
        // The rest is read after the attempt is over, so the stream belongs to the caller's token.
        attempt.ThrowIfCancellationRequested();
        IAsyncEnumerator<ChatResponseUpdate> updates =
            InnerClient.GetStreamingResponseAsync(messages, options, whole).GetAsyncEnumerator(whole);
        var read = new List<ChatResponseUpdate>();
        try
        {
            while (await updates.MoveNextAsync().ConfigureAwait(false))
            {
                read.Add(updates.Current);
                if (!_options.BufferStreams && updates.Current.Contents.Count > 0)
                {
                    return new Stream(read, updates);
                }
            }
        }
        catch
        {
            await updates.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await updates.DisposeAsync().ConfigureAwait(false);
        return new Stream(read, Rest: null);
    }

    private sealed record Stream(List<ChatResponseUpdate> Read, IAsyncEnumerator<ChatResponseUpdate>? Rest) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Rest?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
