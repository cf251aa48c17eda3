using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers;

/// <summary>
/// Puts answers of servers that only resemble Anthropic's into the form that its SDK reads: the SDK stops at an event without data, at
/// a field that is missing, at half a character. What says that the call failed is thrown, typed.
/// </summary>
/// <param name="endpoint">Words the failures.</param>
/// <param name="timeout">The longest wait for the next piece of a stream.</param>
internal sealed class AnthropicBodyHandler(ModelEndpoint endpoint, TimeSpan timeout) : DelegatingHandler
{
    private const string EventStream = "text/event-stream";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        bool isStream = await WantsStreamAsync(request, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            return response;
        }

        HttpContent content = response.Content;
        string? type = content.Headers.ContentType?.ToString();
        Stream raw = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        ServerBody body = await ServerBody.OpenAsync(raw, type, content.Headers.ContentEncoding.LastOrDefault(), cancellationToken).ConfigureAwait(false);
        var repair = new AnthropicEvents(endpoint);
        if (body.Events is { } events)
        {
            // A stream is read after this call is over, so its token is the reader's.
            response.Content = isStream
                ? Streamed(RepairAsync(events, repair, CancellationToken.None))
                : Whole(await AnthropicMessage.OfAsync(RepairAsync(events, repair, cancellationToken), endpoint, cancellationToken).ConfigureAwait(false));
            return response;
        }

        JsonElement root = LooseJson.TryParse(body.Text!, out JsonElement parsed) ? parsed : throw endpoint.NotJson((int)response.StatusCode, type, body.Text!);
        JsonObject message = AnthropicMessage.Of(root, endpoint);
        response.Content = isStream ? Streamed(AnthropicMessage.Events(message).ToAsyncEnumerable()) : Whole(message);
        return response;
    }

    private static async Task<bool> WantsStreamAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Content is not null
        && LooseJson.TryParse(await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false), out JsonElement sent)
        && sent.Member("stream") is { ValueKind: JsonValueKind.True };

    private static async IAsyncEnumerable<JsonObject> RepairAsync(
        Stream events, AnthropicEvents repair, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ServerEvent item in ServerEvents.ReadAsync(events, cancellationToken).ConfigureAwait(false))
        {
            foreach (JsonObject repaired in repair.Next(item))
            {
                yield return repaired;
            }
        }
    }

    private static StringContent Whole(JsonObject message) => new(message.ToJsonString(), Encoding.UTF8, "application/json");

    private StreamContent Streamed(IAsyncEnumerable<JsonObject> events) =>
        new(new EventWriter(events, timeout)) { Headers = { ContentType = new MediaTypeHeaderValue(EventStream) } };
}
