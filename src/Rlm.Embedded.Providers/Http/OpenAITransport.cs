using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Rlm.Embedded.Providers;

/// <summary>Sends a body through a client of the official SDK and hands out the raw answer; failures come out typed.</summary>
/// <param name="post">The SDK method that takes a raw body.</param>
/// <param name="endpoint">Words the failures.</param>
internal sealed class OpenAITransport(Func<BinaryContent, RequestOptions, Task<ClientResult>> post, ModelEndpoint endpoint)
{
    /// <summary>Sends a request whose answer is read whole.</summary>
    /// <returns>The answer; the caller disposes of it.</returns>
    public Task<PipelineResponse> SendAsync(BinaryData body, CancellationToken cancellationToken) =>
        SendAsync(body, stream: false, cancellationToken);

    /// <summary>Sends a request whose answer is read as it comes.</summary>
    /// <returns>The answer; the caller disposes of it.</returns>
    public Task<PipelineResponse> OpenAsync(BinaryData body, CancellationToken cancellationToken) =>
        SendAsync(body, stream: true, cancellationToken);

    /// <summary>The events of a stream, or null when the server answered in one piece; that is then in <see cref="PipelineResponse.Content"/>.</summary>
    public async ValueTask<IAsyncEnumerable<SseItem<string>>?> EventsAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        if (IsEventStream(response))
        {
            return ReadEventsAsync(response, cancellationToken);
        }

        await GuardAsync(response.BufferContentAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>A whole answer as JSON.</summary>
    public JsonElement Parse(BinaryData body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw endpoint.BadAnswer("the answer is not JSON", body.ToString());
        }
    }

    /// <summary>The data of an event as JSON.</summary>
    public static JsonElement ParseEvent(string data, ModelEndpoint endpoint)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw endpoint.BadAnswer("an event of the stream is not JSON", data);
        }
    }

    private static bool IsEventStream(PipelineResponse response) =>
        response.Headers.TryGetValue("Content-Type", out string? type)
        && type is not null && type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private async IAsyncEnumerable<SseItem<string>> ReadEventsAsync(
        PipelineResponse response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<SseItem<string>> events = SseParser.Create(response.ContentStream ?? Stream.Null)
            .EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (await GuardAsync(events.MoveNextAsync(), cancellationToken).ConfigureAwait(false))
            {
                yield return events.Current;
            }
        }
    }

    private async Task<PipelineResponse> SendAsync(BinaryData body, bool stream, CancellationToken cancellationToken)
    {
        var request = new RequestOptions
        {
            BufferResponse = !stream,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
            CancellationToken = cancellationToken,
        };
        request.SetHeader("Accept", stream ? "text/event-stream" : "application/json");
        using BinaryContent content = BinaryContent.Create(body);
        ClientResult result = await GuardAsync(new ValueTask<ClientResult>(post(content, request)), cancellationToken).ConfigureAwait(false);
        PipelineResponse response = result.GetRawResponse();
        if (response.Status is >= 200 and < 300)
        {
            return response;
        }

        using (response)
        {
            BinaryData error = await GuardAsync(response.BufferContentAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            throw endpoint.FromStatus(
                response.Status,
                error.ToString(),
                RetryAfterHeader.Read(name => response.Headers.TryGetValue(name, out string? value) ? value : null));
        }
    }

    private async ValueTask<T> GuardAsync<T>(ValueTask<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not RlmException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw endpoint.FromException(exception);
        }
    }
}
