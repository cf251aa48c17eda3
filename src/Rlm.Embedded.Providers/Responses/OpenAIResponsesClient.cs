#pragma warning disable OPENAI001 // The SDK marks its ResponsesClient experimental.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;
using OpenAI.Responses;

namespace Rlm.Embedded.Providers;

/// <summary>
/// OpenAI's official <see cref="ResponsesClient"/> as an <see cref="IChatClient"/>. The whole conversation goes with every call
/// unless <see cref="ChatOptions.ConversationId"/> names an earlier response or a conversation. Output of a kind that
/// Microsoft.Extensions.AI has no type for is an <see cref="AIContent"/> whose RawRepresentation is its JSON; such contents are
/// sent back as they came. Thread-safe.
/// </summary>
/// <remarks>Failures, prices, additional properties: as <see cref="OpenAIChatCompletionsClient"/>.</remarks>
public sealed class OpenAIResponsesClient : IChatClient
{
    private readonly UnsentChatOptions _unsent = new(
        nameof(ChatOptions.TopK), nameof(ChatOptions.Seed), nameof(ChatOptions.FrequencyPenalty), nameof(ChatOptions.PresencePenalty), nameof(ChatOptions.StopSequences));

    private readonly ResponsesClient _client;
    private readonly ModelEndpoint _endpoint;
    private readonly OpenAITransport _transport;
    private readonly ResponsesRequestWriter _writer;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a client of a service that is OpenAI's own or equal to it.</summary>
    /// <param name="client">The SDK's client. It stays the caller's.</param>
    /// <param name="model">The model, where the call's options name none.</param>
    public OpenAIResponsesClient(ResponsesClient client, string model)
        : this(client, model, new ModelEndpoint($"openai/{model}", client.Endpoint), "openai")
    {
    }

    internal OpenAIResponsesClient(
        ResponsesClient client,
        string model,
        ModelEndpoint endpoint,
        string providerName,
        IReadOnlyList<KeyValuePair<string, object?>>? bodyFields = null)
    {
        _client = client;
        _endpoint = endpoint;
        _transport = new OpenAITransport(client.CreateResponseAsync, endpoint);
        _writer = new ResponsesRequestWriter(model, endpoint, bodyFields);
        _metadata = new ChatClientMetadata(providerName, endpoint.Uri, model);
    }

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return await _transport.AskAsync(
            _writer.Write(messages, options, stream: false), new ResponsesStreamReader(_endpoint), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IAsyncEnumerable<ChatResponseUpdate> updates = _transport.StreamAsync(
            _writer.Write(messages, options, stream: true), new ResponsesStreamReader(_endpoint), cancellationToken);
        await foreach (ChatResponseUpdate update in updates.ConfigureAwait(false))
        {
            yield return update;
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(UnsentChatOptions) ? _unsent
            : serviceType.IsInstanceOfType(_client) ? _client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: connections are shared.</summary>
    public void Dispose()
    {
    }
}
