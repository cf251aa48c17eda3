using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// A stand-in that needs no key and no network, and is no language model: as root it plays needle-in-a-haystack tasks
/// by a fixed plan (probe, search, verify), as sub-model it reads "the X is Y" out of the passages it is given.
/// It knows only what its messages show it, says so when it finds nothing, and reports no tokens. Stateless and thread-safe.
/// </summary>
/// <remarks>A call with a system message is a root call, one without is a sub-call.</remarks>
public sealed class OfflineModel : IChatClient
{
    /// <summary>What a program that uses it should print.</summary>
    public const string Notice = "model: offline (scripted stand-in, not a language model)";

    /// <summary>The id under which it is known.</summary>
    public const string Id = "offline";

    private static readonly ChatClientMetadata Metadata = new(Id, null, Id);

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<ChatResponse>(cancellationToken)
            : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Reply(messages))) { ModelId = Id });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var word in Words.Of(Reply(messages)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, word) { ModelId = Id };
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }

    private static string Reply(IEnumerable<ChatMessage> messages)
    {
        var conversation = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return conversation.Count > 0 && conversation[0].Role == ChatRole.System
            ? OfflineRoot.Reply(conversation)
            : OfflineReader.Reply(conversation.Count == 0 ? "" : conversation[^1].Text);
    }
}
