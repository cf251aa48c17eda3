using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Answers a request it has seen before from a cache. The key is the whole request: model, messages and options. An answer from the
/// cache has a usage of zero and <c>AdditionalProperties["from_cache"]</c>: it costs nothing. Only complete answers are kept.
/// Thread-safe.
/// </summary>
public sealed class CachingChatClient : DelegatingChatClient
{
    /// <summary>The additional property that marks an answer from the cache.</summary>
    public const string FromCacheKey = "from_cache";

    private readonly IResponseCache _cache;
    private readonly string _model;

    /// <summary>Makes a client.</summary>
    /// <param name="innerClient">The client to ask for what is not in the cache; disposed of with this one.</param>
    /// <param name="cache">Where answers are kept.</param>
    public CachingChatClient(IChatClient innerClient, IResponseCache cache)
        : base(innerClient)
    {
        _cache = cache;
        ChatClientMetadata? metadata = innerClient.GetService<ChatClientMetadata>();
        _model = $"{metadata?.ProviderName}/{metadata?.DefaultModelId}";
    }

    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] kept = [.. messages];
        string key = Key(kept, options);
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        ChatResponse response = await base.GetResponseAsync(kept, options, cancellationToken).ConfigureAwait(false);
        await KeepAsync(key, response, cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] kept = [.. messages];
        string key = Key(kept, options);
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { } known)
        {
            foreach (ChatResponseUpdate update in known.ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        var seen = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(kept, options, cancellationToken).ConfigureAwait(false))
        {
            seen.Add(update);
            yield return update;
        }

        await KeepAsync(key, StreamedAnswer.Of(seen), cancellationToken).ConfigureAwait(false);
    }

    private string Key(ChatMessage[] messages, ChatOptions? options)
    {
        System.Text.Json.Nodes.JsonObject call = CallDescription.Of(_model, messages, options);

        // A call that names its model still belongs to this provider.
        call["client"] = _model;
        return CallDescription.Key(call);
    }

    private async ValueTask<ChatResponse?> FindAsync(string key, CancellationToken cancellationToken)
    {
        ChatResponse? known = await _cache.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (known is not null)
        {
            known.Usage = new UsageDetails { InputTokenCount = 0, OutputTokenCount = 0, TotalTokenCount = 0 };
            known.AdditionalProperties ??= [];
            known.AdditionalProperties[FromCacheKey] = true;
            known.AdditionalProperties.Remove(ModelReply.CostKey);
        }

        return known;
    }

    private async ValueTask KeepAsync(string key, ChatResponse response, CancellationToken cancellationToken)
    {
        if (response.FinishReason is null)
        {
            return;
        }

        try
        {
            await _cache.KeepAsync(key, response, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An answer that is paid for is worth more than a full disk's complaint.
        }
    }
}
