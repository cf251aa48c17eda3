#pragma warning disable OPENAI001 // ChatClient.Model and Endpoint are marked experimental; nothing else tells them.
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using Rlm.Embedded.Models;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Rlm.Embedded.Providers;

/// <summary>
/// OpenAI's official <see cref="ChatClient"/> as an <see cref="IChatClient"/>. The SDK carries the request (address, key, retries,
/// timeout); the answer is read here, because servers that are only compatible leave out or add fields on which the SDK's own
/// types throw. <see cref="ChatResponse.RawRepresentation"/> is the answer's <see cref="JsonElement"/>. Thread-safe.
/// </summary>
/// <remarks>
/// Every failure is a <see cref="ModelCallException"/>; cancellation is an <see cref="OperationCanceledException"/>. The answer's
/// <c>AdditionalProperties["cost"]</c> is the price in US dollars when the server states one. Fields of
/// <see cref="ChatOptions.AdditionalProperties"/> go into the request's body as they are, except <c>strict</c>, which marks the
/// response schema as strict. <see cref="ChatOptions.RawRepresentationFactory"/> may return a <see cref="ChatCompletionOptions"/>:
/// what it sets wins over the other options.
/// </remarks>
public sealed class OpenAIChatCompletionsClient : IChatClient
{
    private readonly ChatClient _client;
    private readonly ModelEndpoint _endpoint;
    private readonly OpenAITransport _transport;
    private readonly UnsentChatOptions? _unsent;
    private readonly ChatRequestWriter _writer;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a client of a service that is OpenAI's own or equal to it.</summary>
    /// <param name="client">The SDK's client. It stays the caller's.</param>
    public OpenAIChatCompletionsClient(ChatClient client)
        : this(client, new ModelEndpoint($"openai/{client.Model}", client.Endpoint), "openai", ChatCompletionsDialect.OpenAI)
    {
    }

    internal OpenAIChatCompletionsClient(
        ChatClient client,
        ModelEndpoint endpoint,
        string providerName,
        ChatCompletionsDialect dialect,
        IReadOnlyList<KeyValuePair<string, object?>>? bodyFields = null)
    {
        _client = client;
        _endpoint = endpoint;
        _transport = new OpenAITransport(client.CompleteChatAsync, endpoint);
        _unsent = dialect.SendsTopK ? null : new UnsentChatOptions(nameof(ChatOptions.TopK));
        _writer = new ChatRequestWriter(client.Model, dialect, endpoint, bodyFields);
        _metadata = new ChatClientMetadata(providerName, endpoint.Uri, client.Model);
    }

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return await _transport.AskAsync(
            _writer.Write(this, messages, options, stream: false), new ChatStreamReader(_endpoint), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IAsyncEnumerable<ChatResponseUpdate> updates = _transport.StreamAsync(
            _writer.Write(this, messages, options, stream: true), new ChatStreamReader(_endpoint), cancellationToken);
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
