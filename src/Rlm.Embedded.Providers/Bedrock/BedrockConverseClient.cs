using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime.EventStreams;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>Amazon Bedrock's Converse API as an <see cref="IChatClient"/>. The <see cref="HttpClient"/> signs and throws error answers.</summary>
internal sealed class BedrockConverseClient(HttpClient http, string model, ModelEndpoint endpoint, TimeSpan timeout) : IChatClient
{
    private readonly UnsentChatOptions _unsent = new(
        nameof(ChatOptions.TopK), nameof(ChatOptions.Seed), nameof(ChatOptions.FrequencyPenalty), nameof(ChatOptions.PresencePenalty));

    private readonly ConverseRequestWriter _writer = new(endpoint);

    private readonly ChatClientMetadata _metadata = new("bedrock", endpoint.Uri, model);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(timeout);
        using HttpResponseMessage response = await SendAsync("converse", messages, options, wait.Token).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(wait.Token).ConfigureAwait(false);
        return await WholeAsync(response, body, options, wait.Token).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(timeout);
        using HttpResponseMessage response = await SendAsync("converse-stream", messages, options, wait.Token).ConfigureAwait(false);
        var stream = new PeekedStream(await response.Content.ReadAsStreamAsync(wait.Token).ConfigureAwait(false));
        if (await stream.PeekAsync(wait.Token).ConfigureAwait(false) > 0 && stream.Peeked[0] != 0)
        {
            // A message begins with its length, which is never that large: this is an answer in one piece.
            foreach (ChatResponseUpdate update in (await WholeAsync(response, stream, options, wait.Token).ConfigureAwait(false)).ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        var reader = new ConverseStreamReader(options?.ModelId ?? model, endpoint);
        var text = new CharacterJoiner();
        var reasoning = new CharacterJoiner();
        await foreach (EventStreamMessage message in EventStreamReader.ReadAsync(stream, wait.Token).ConfigureAwait(false))
        {
            wait.CancelAfter(timeout);
            if (reader.Read(message) is { } update)
            {
                CharacterJoiner.Join(update.Contents, text, reasoning);
                if (update.FinishReason is not null && text.Rest() is { Length: > 0 } rest)
                {
                    update.Contents.Add(new TextContent(rest));
                }

                yield return update;
            }
        }

        if (!reader.Finished)
        {
            throw endpoint.Broken("the stream ended before the answer was complete");
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType == typeof(UnsentChatOptions) ? _unsent
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose() => http.Dispose();

    private async Task<ChatResponse> WholeAsync(HttpResponseMessage response, Stream stream, ChatOptions? options, CancellationToken cancellationToken)
    {
        string? type = response.Content.Headers.ContentType?.ToString();
        ServerBody body = await ServerBody.OpenAsync(stream, type, response.Content.Headers.ContentEncoding.LastOrDefault(), cancellationToken).ConfigureAwait(false);
        string text = body.Text ?? await new StreamReader(body.Events!).ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return LooseJson.TryParse(text, out JsonElement root)
            ? ConverseReader.Read(root, options?.ModelId ?? model, endpoint)
            : throw endpoint.NotJson((int)response.StatusCode, type, text);
    }

    private async Task<HttpResponseMessage> SendAsync(
        string action, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        JsonObject body = _writer.Write(messages, options);
        string path = $"model/{Uri.EscapeDataString(options?.ModelId ?? model)}/{action}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{endpoint.Uri.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }
}
