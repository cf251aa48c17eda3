using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Hands every call that ended to a cassette. A cancelled call is not one. The model goes by the name it is recorded under, as in the
/// replay: usage and sub-calls are accounted under the same name.
/// </summary>
internal sealed class RecordingChatClient(IChatClient innerClient, string name, CassetteRecorder recorder) : DelegatingChatClient(innerClient)
{
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ChatClientMetadata)
            ? base.GetService(serviceType) is ChatClientMetadata known
                ? new ChatClientMetadata(known.ProviderName, known.ProviderUri, name)
                : new ChatClientMetadata(defaultModelId: name)
            : base.GetService(serviceType, serviceKey);

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] kept = [.. messages];
        int begun = recorder.Begin();
        try
        {
            ChatResponse response = await base.GetResponseAsync(kept, options, cancellationToken).ConfigureAwait(false);
            recorder.Write(begun, name, kept, options, response, failure: null);
            return response;
        }
        catch (ModelCallException failure)
        {
            recorder.Write(begun, name, kept, options, response: null, failure);
            throw;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] kept = [.. messages];
        int begun = recorder.Begin();
        var seen = new List<ChatResponseUpdate>();
        IAsyncEnumerator<ChatResponseUpdate> updates =
            base.GetStreamingResponseAsync(kept, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (ModelCallException failure)
                {
                    recorder.Write(begun, name, kept, options, response: null, failure);
                    throw;
                }

                seen.Add(updates.Current);
                yield return updates.Current;
            }
        }

        recorder.Write(begun, name, kept, options, StreamedAnswer.Of(seen), failure: null);
    }
}
