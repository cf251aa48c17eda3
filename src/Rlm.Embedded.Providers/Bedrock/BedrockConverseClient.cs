using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime.EventStreams;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Amazon Bedrock's Converse API as an <see cref="IChatClient"/>. The <see cref="HttpClient"/> signs and throws error answers.</summary>
internal sealed class BedrockConverseClient(HttpClient http, string model, ModelEndpoint endpoint, TimeSpan timeout) : IChatClient
{
    private readonly ConverseRequestWriter _writer = new(endpoint);

    private readonly ChatClientMetadata _metadata = new("bedrock", endpoint.Uri, model);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(timeout);
        using HttpResponseMessage response = await SendAsync("converse", messages, options, wait.Token).ConfigureAwait(false);
        string body = await response.Content.ReadAsStringAsync(wait.Token).ConfigureAwait(false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return ConverseReader.Read(document.RootElement.Clone(), options?.ModelId ?? model, endpoint);
        }
        catch (JsonException)
        {
            throw endpoint.BadAnswer("the answer is not JSON", body);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(timeout);
        using HttpResponseMessage response = await SendAsync("converse-stream", messages, options, wait.Token).ConfigureAwait(false);
        Stream stream = await response.Content.ReadAsStreamAsync(wait.Token).ConfigureAwait(false);
        var reader = new ConverseStreamReader(options?.ModelId ?? model, endpoint);
        await foreach (EventStreamMessage message in EventStreamReader.ReadAsync(stream, wait.Token).ConfigureAwait(false))
        {
            wait.CancelAfter(timeout);
            if (reader.Read(message) is { } update)
            {
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
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose() => http.Dispose();

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
