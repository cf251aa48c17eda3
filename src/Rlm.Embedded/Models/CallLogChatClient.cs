using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Rlm.Embedded.Models;

/// <summary>
/// Logs every call: model, duration, tokens and finish reason as Information, failures as Warning; the last message and the answer
/// only as Trace. Thread-safe.
/// </summary>
public sealed partial class CallLogChatClient : DelegatingChatClient
{
    private readonly ILogger _logger;
    private readonly string? _model;
    private readonly TimeProvider _time;

    /// <summary>Makes a client.</summary>
    /// <param name="innerClient">The client to log; disposed of with this one.</param>
    /// <param name="logger">Where to log to.</param>
    /// <param name="timeProvider">The clock.</param>
    public CallLogChatClient(IChatClient innerClient, ILogger logger, TimeProvider? timeProvider = null)
        : base(innerClient)
    {
        _logger = logger;
        _model = innerClient.GetService<ChatClientMetadata>()?.DefaultModelId;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        long start = _time.GetTimestamp();
        IReadOnlyCollection<ChatMessage> kept = Asked(messages, options);
        try
        {
            ChatResponse response = await base.GetResponseAsync(kept, options, cancellationToken).ConfigureAwait(false);
            Answered(response, options, start);
            return response;
        }
        catch (Exception exception)
        {
            Failed(exception, options, start);
            throw;
        }
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long start = _time.GetTimestamp();
        IReadOnlyCollection<ChatMessage> kept = Asked(messages, options);
        var seen = new List<ChatResponseUpdate>();
        IAsyncEnumerator<ChatResponseUpdate> updates =
            base.GetStreamingResponseAsync(kept, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (Exception exception)
                {
                    Failed(exception, options, start);
                    throw;
                }

                seen.Add(updates.Current);
                yield return updates.Current;
            }
        }

        Answered(seen.ToChatResponse(), options, start);
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Model} answered in {Milliseconds:0} ms: tokens in {InputTokens}, out {OutputTokens}, end {FinishReason}")]
    private static partial void LogAnswered(
        ILogger logger, string model, double milliseconds, object inputTokens, object outputTokens, string finishReason);

    [LoggerMessage(2, LogLevel.Warning, "Model {Model} failed after {Milliseconds:0} ms: {Reason}")]
    private static partial void LogFailed(ILogger logger, string model, double milliseconds, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Model {Model} call cancelled after {Milliseconds:0} ms")]
    private static partial void LogCancelled(ILogger logger, string model, double milliseconds);

    [LoggerMessage(4, LogLevel.Trace, "Asked {Model}, messages {Messages}, the last: {Text}")]
    private static partial void LogAsked(ILogger logger, string model, int messages, string text);

    [LoggerMessage(5, LogLevel.Trace, "Answer of {Model}: {Text}")]
    private static partial void LogText(ILogger logger, string model, string text);

    private IReadOnlyCollection<ChatMessage> Asked(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        IReadOnlyCollection<ChatMessage> kept = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            LogAsked(_logger, LogValue.Of(options?.ModelId ?? _model), kept.Count, kept.LastOrDefault()?.Text ?? "");
        }

        return kept;
    }

    private void Answered(ChatResponse response, ChatOptions? options, long start)
    {
        string model = LogValue.Of(response.ModelId ?? options?.ModelId ?? _model);
        LogAnswered(
            _logger,
            model,
            _time.GetElapsedTime(start).TotalMilliseconds,
            LogValue.Of(response.Usage?.InputTokenCount),
            LogValue.Of(response.Usage?.OutputTokenCount),
            LogValue.Of(response.FinishReason?.Value));
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            LogText(_logger, model, response.Text);
        }
    }

    private void Failed(Exception exception, ChatOptions? options, long start)
    {
        string model = LogValue.Of(options?.ModelId ?? _model);
        double milliseconds = _time.GetElapsedTime(start).TotalMilliseconds;
        if (exception is OperationCanceledException)
        {
            LogCancelled(_logger, model, milliseconds);
        }
        else
        {
            LogFailed(_logger, model, milliseconds, exception.Message);
        }
    }
}
