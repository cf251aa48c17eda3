using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Diagnostics;

namespace Rlm.Embedded.Models;

/// <summary>
/// An activity and two histograms for every call, named as OpenTelemetry's conventions for generative AI have it. No content of
/// messages is in them. Costs nothing while nobody listens. Thread-safe.
/// </summary>
public sealed class TelemetryChatClient : DelegatingChatClient
{
    private static readonly ActivitySource Source = new(RlmTelemetry.SourceName);
    private static readonly Meter Meter = new(RlmTelemetry.SourceName);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s");
    private static readonly Histogram<long> Tokens = Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}");

    private readonly ChatClientMetadata? _metadata;
    private readonly TimeProvider _time;

    /// <summary>Makes a client.</summary>
    /// <param name="innerClient">The client to observe; disposed of with this one.</param>
    /// <param name="timeProvider">The clock.</param>
    public TelemetryChatClient(IChatClient innerClient, TimeProvider? timeProvider = null)
        : base(innerClient)
    {
        _metadata = innerClient.GetService<ChatClientMetadata>();
        _time = timeProvider ?? TimeProvider.System;
    }

    private static bool IsHeard => Source.HasListeners() || Duration.Enabled || Tokens.Enabled;

    /// <inheritdoc />
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        IsHeard ? ObservedAsync(messages, options, cancellationToken) : base.GetResponseAsync(messages, options, cancellationToken);

    /// <inheritdoc />
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        IsHeard ? ObservedStreamAsync(messages, options, cancellationToken) : base.GetStreamingResponseAsync(messages, options, cancellationToken);

    /// <summary>The client itself when its calls are observed already, else in one of these.</summary>
    internal static IChatClient Observe(IChatClient client) =>
        client.GetService(typeof(TelemetryChatClient)) is null ? new TelemetryChatClient(client) : client;

    private async Task<ChatResponse> ObservedAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using Activity? activity = Begin(options);
        long start = _time.GetTimestamp();
        try
        {
            ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            End(activity, options, start, response.ModelId, response.Usage, response.FinishReason, error: null);
            return response;
        }
        catch (Exception exception)
        {
            End(activity, options, start, model: null, usage: null, reason: null, exception);
            throw;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> ObservedStreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using Activity? activity = Begin(options);
        long start = _time.GetTimestamp();
        string? model = null;
        UsageDetails? usage = null;
        ChatFinishReason? reason = null;
        IAsyncEnumerator<ChatResponseUpdate> updates =
            base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
                    End(activity, options, start, model, usage, reason, exception);
                    throw;
                }

                ChatResponseUpdate update = updates.Current;
                model ??= update.ModelId;
                reason ??= update.FinishReason;
                foreach (UsageContent content in update.Contents.OfType<UsageContent>())
                {
                    usage = content.Details;
                }

                yield return update;
            }
        }

        End(activity, options, start, model, usage, reason, error: null);
    }

    private string? Model(ChatOptions? options) => options?.ModelId ?? _metadata?.DefaultModelId;

    private Activity? Begin(ChatOptions? options)
    {
        Activity? activity = Source.StartActivity($"chat {Model(options)}", ActivityKind.Client);
        if (activity is null)
        {
            return null;
        }

        activity.SetTag("gen_ai.operation.name", "chat");
        activity.SetTag("gen_ai.provider.name", _metadata?.ProviderName);
        activity.SetTag("gen_ai.request.model", Model(options));
        activity.SetTag("server.address", _metadata?.ProviderUri?.Host);
        activity.SetTag("server.port", _metadata?.ProviderUri?.Port);
        return activity;
    }

    private void End(
        Activity? activity, ChatOptions? options, long start, string? model, UsageDetails? usage, ChatFinishReason? reason, Exception? error)
    {
        var tags = new TagList
        {
            { "gen_ai.operation.name", "chat" },
            { "gen_ai.provider.name", _metadata?.ProviderName },
            { "gen_ai.request.model", Model(options) },
        };
        string? failure = error switch
        {
            null => null,
            ModelCallException call => call.Failure.ToString(),
            _ => error.GetType().Name,
        };
        if (failure is not null)
        {
            tags.Add("error.type", failure);
        }

        Duration.Record(_time.GetElapsedTime(start).TotalSeconds, tags);
        Count(tags, "input", usage?.InputTokenCount);
        Count(tags, "output", usage?.OutputTokenCount);
        if (activity is null)
        {
            return;
        }

        activity.SetTag("gen_ai.response.model", model);
        activity.SetTag("gen_ai.response.finish_reasons", reason is { } value ? new[] { value.Value } : null);
        activity.SetTag("gen_ai.usage.input_tokens", usage?.InputTokenCount);
        activity.SetTag("gen_ai.usage.output_tokens", usage?.OutputTokenCount);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", usage?.CachedInputTokenCount);
        activity.SetTag("gen_ai.usage.reasoning.output_tokens", usage?.ReasoningTokenCount);
        if (failure is not null)
        {
            activity.SetTag("error.type", failure);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static void Count(TagList tags, string type, long? tokens)
    {
        if (tokens is { } count)
        {
            tags.Add("gen_ai.token.type", type);
            Tokens.Record(count, tags);
        }
    }
}
