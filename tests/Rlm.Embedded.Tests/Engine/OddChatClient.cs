using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>A client that keeps no contract: it answers whatever it was made with.</summary>
internal sealed class OddChatClient(Func<int, CancellationToken, Task<ChatResponse>>? reply, Func<int, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>? stream = null) : IChatClient
{
    private int _calls;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        reply!(Interlocked.Increment(ref _calls), cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        stream!(Interlocked.Increment(ref _calls), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
