using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>Sends a body through a client of the official SDK and has the answer read; failures come out typed.</summary>
/// <param name="post">The SDK method that takes a raw body.</param>
/// <param name="endpoint">Words the failures.</param>
internal sealed class OpenAITransport(Func<BinaryContent, RequestOptions, Task<ClientResult>> post, ModelEndpoint endpoint)
{
    /// <summary>LiteLLM's way to state the price of a call.</summary>
    private const string CostHeader = "x-litellm-response-cost";

    /// <summary>Sends a request and reads the whole answer, also from a server that streams it unasked.</summary>
    public async Task<ChatResponse> AskAsync(BinaryData body, IAnswerReader reader, CancellationToken cancellationToken)
    {
        using PipelineResponse response = await SendAsync(body, stream: false, cancellationToken).ConfigureAwait(false);
        ServerBody answer = await BodyAsync(response, response.Content.ToStream(), cancellationToken).ConfigureAwait(false);
        ChatResponse read;
        if (answer.Events is { } events)
        {
            List<ChatResponseUpdate> updates = [];
            await foreach (ChatResponseUpdate update in ReadAsync(events, reader, cancellationToken).ConfigureAwait(false))
            {
                updates.Add(update);
            }

            read = StreamedAnswer.Of(updates);
        }
        else
        {
            read = Whole(answer.Text!, response, reader);
        }

        if (Header(response, CostHeader) is { } text && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double cost))
        {
            (read.AdditionalProperties ??= []).TryAdd(ModelReply.CostKey, cost);
        }

        return read;
    }

    /// <summary>Sends a request and hands the answer out as it comes, also that of a server that answers in one piece.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        BinaryData body, IAnswerReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PipelineResponse response = await SendAsync(body, stream: true, cancellationToken).ConfigureAwait(false);
        ServerBody answer = await BodyAsync(response, response.ContentStream ?? Stream.Null, cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<ChatResponseUpdate> updates = answer.Events is { } events
            ? ReadAsync(events, reader, cancellationToken)
            : Whole(answer.Text!, response, reader).ToChatResponseUpdates().ToAsyncEnumerable();
        await foreach (ChatResponseUpdate update in updates.ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private static string? Header(PipelineResponse response, string name) => response.Headers.TryGetValue(name, out string? value) ? value : null;

    private ValueTask<ServerBody> BodyAsync(PipelineResponse response, Stream body, CancellationToken cancellationToken) => GuardAsync(
        ServerBody.OpenAsync(body, RawStreamHandler.ContentType(response), Header(response, "Content-Encoding"), cancellationToken), cancellationToken);

    private ChatResponse Whole(string text, PipelineResponse response, IAnswerReader reader)
    {
        if (!LooseJson.TryParse(text, out JsonElement root))
        {
            throw endpoint.NotJson(response.Status, RawStreamHandler.ContentType(response), text);
        }

        ChatResponse answer = reader.ReadWhole(root);
        var joined = new CharacterJoiner();
        var reasoning = new CharacterJoiner();
        foreach (ChatMessage message in answer.Messages)
        {
            CharacterJoiner.Join(message.Contents, joined, reasoning);
            if (joined.Rest() is { Length: > 0 } rest)
            {
                message.Contents.Add(new TextContent(rest));
            }
        }

        return answer;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(
        Stream body, IAnswerReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = new CharacterJoiner();
        var reasoning = new CharacterJoiner();
        IAsyncEnumerator<ServerEvent> events = ServerEvents.ReadAsync(body, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (!reader.Done && await GuardAsync(events.MoveNextAsync(), cancellationToken).ConfigureAwait(false))
            {
                if (reader.Read(events.Current) is { } update)
                {
                    CharacterJoiner.Join(update.Contents, text, reasoning);
                    yield return update;
                }
            }
        }

        foreach (ChatResponseUpdate update in reader.Finish())
        {
            if (text.Rest() is { Length: > 0 } rest)
            {
                update.Contents.Insert(0, new TextContent(rest));
                text = new CharacterJoiner();
            }

            yield return update;
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
            using var plain = new StreamReader(ServerBody.Inflated(error.ToStream(), Header(response, "Content-Encoding")));
            string words = await GuardAsync(new ValueTask<string>(plain.ReadToEndAsync(cancellationToken)), cancellationToken).ConfigureAwait(false);
            throw endpoint.FromStatus(response.Status, words, RetryAfterHeader.Read(name => Header(response, name)));
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
