using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>
/// Turns whatever another SDK throws into <see cref="Models.ModelCallException"/>, and an answer without a finish reason too: SDKs
/// pass over events they do not understand and over the early end of a stream.
/// </summary>
internal sealed class GuardedChatClient(IChatClient innerClient, ModelEndpoint endpoint, IDisposable? owned = null, UnsentChatOptions? unsent = null)
    : DelegatingChatClient(innerClient)
{
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(UnsentChatOptions) && unsent is not null ? unsent : base.GetService(serviceType, serviceKey);

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            ChatResponse response = await InnerClient.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            return response.FinishReason is null ? throw endpoint.BadAnswer("the answer is not of the API's shape") : response;
        }
        catch (Exception exception) when (exception is not RlmException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw endpoint.FromException(exception);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<ChatResponseUpdate> updates =
            InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            bool finished = false;
            var usage = new RunningUsage();
            ChatResponseUpdate? last = null;
            while (await NextAsync(updates, cancellationToken).ConfigureAwait(false))
            {
                last = updates.Current;
                finished |= last.FinishReason is not null;
                foreach (UsageContent stated in last.Contents.OfType<UsageContent>().ToArray())
                {
                    usage.Add(stated.Details, cost: null);
                    last.Contents.Remove(stated);
                }

                yield return last;
            }

            if (!finished)
            {
                throw endpoint.Broken("the stream ended before the answer was complete");
            }

            var end = new ChatResponseUpdate(ChatRole.Assistant, []) { ResponseId = last?.ResponseId, MessageId = last?.MessageId, ModelId = last?.ModelId };
            if (usage.Update(end) is { } used)
            {
                yield return used;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            owned?.Dispose();
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not RlmException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw endpoint.FromException(exception);
        }
    }
}
