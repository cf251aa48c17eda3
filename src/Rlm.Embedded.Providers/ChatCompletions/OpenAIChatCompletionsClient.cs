#pragma warning disable OPENAI001 // ChatClient.Model and Endpoint are marked experimental; nothing else tells them.
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
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
        IReadOnlyDictionary<string, object?>? bodyFields = null)
    {
        _client = client;
        _endpoint = endpoint;
        _writer = new ChatRequestWriter(client.Model, dialect, endpoint, bodyFields);
        _metadata = new ChatClientMetadata(providerName, endpoint.Uri, client.Model);
    }

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using BinaryContent body = BinaryContent.Create(_writer.Write(this, messages, options, stream: false));
        PipelineResponse response = await SendAsync(body, buffered: true, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return ReadWhole(response.Content);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using BinaryContent body = BinaryContent.Create(_writer.Write(this, messages, options, stream: true));
        using PipelineResponse response = await SendAsync(body, buffered: false, cancellationToken).ConfigureAwait(false);
        if (!IsEventStream(response))
        {
            BinaryData whole = await GuardAsync(response.BufferContentAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (ChatResponseUpdate update in ReadWhole(whole).ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        var reader = new ChatStreamReader(_endpoint);
        IAsyncEnumerator<SseItem<string>> events = SseParser.Create(response.ContentStream ?? Stream.Null)
            .EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (!reader.Done && await GuardAsync(events.MoveNextAsync(), cancellationToken).ConfigureAwait(false))
            {
                if (reader.Read(events.Current.Data) is { } update)
                {
                    yield return update;
                }
            }
        }

        foreach (ChatResponseUpdate update in reader.Finish())
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
            : serviceType.IsInstanceOfType(_client) ? _client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: connections are shared.</summary>
    public void Dispose()
    {
    }

    private static bool IsEventStream(PipelineResponse response) =>
        response.Headers.TryGetValue("Content-Type", out string? type)
        && type is not null && type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private async Task<PipelineResponse> SendAsync(BinaryContent body, bool buffered, CancellationToken cancellationToken)
    {
        var request = new RequestOptions
        {
            BufferResponse = buffered,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
            CancellationToken = cancellationToken,
        };
        request.SetHeader("Accept", buffered ? "application/json" : "text/event-stream");
        ClientResult result = await GuardAsync(new ValueTask<ClientResult>(_client.CompleteChatAsync(body, request)), cancellationToken)
            .ConfigureAwait(false);
        PipelineResponse response = result.GetRawResponse();
        if (response.Status is >= 200 and < 300)
        {
            return response;
        }

        using (response)
        {
            BinaryData error = await GuardAsync(response.BufferContentAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            throw _endpoint.FromStatus(response.Status, error.ToString(), RetryAfterHeader.Read(response));
        }
    }

    private ChatResponse ReadWhole(BinaryData body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return ChatResponseReader.Read(document.RootElement.Clone(), _endpoint);
        }
        catch (JsonException)
        {
            throw _endpoint.BadAnswer("the answer is not JSON", body.ToString());
        }
    }

    private async ValueTask<T> GuardAsync<T>(ValueTask<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _endpoint.FromException(exception);
        }
    }
}
