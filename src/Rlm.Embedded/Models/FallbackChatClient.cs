using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Asks the next model when one fails with a <see cref="ModelCallException"/>. A request that the server calls malformed is not
/// asked again elsewhere. A stream moves on only while none of its content has been handed on. The last failure is thrown.
/// Thread-safe.
/// </summary>
public sealed class FallbackChatClient : IChatClient
{
    private readonly IChatClient[] _clients;

    /// <summary>Makes a client.</summary>
    /// <param name="clients">The models, the preferred one first. They are disposed of with this client.</param>
    public FallbackChatClient(params IEnumerable<IChatClient> clients)
    {
        _clients = [.. clients];
        ArgumentOutOfRangeException.ThrowIfZero(_clients.Length, nameof(clients));
    }

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] kept = [.. messages];
        for (int i = 0; ; i++)
        {
            try
            {
                return await _clients[i].GetResponseAsync(kept, options, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelCallException failure) when (MovesOn(failure, i))
            {
            }
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] kept = [.. messages];
        for (int i = 0; ; i++)
        {
            IAsyncEnumerator<ChatResponseUpdate> updates =
                _clients[i].GetStreamingResponseAsync(kept, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (updates.ConfigureAwait(false))
            {
                bool begun = false;
                bool failed = false;
                while (!failed)
                {
                    try
                    {
                        if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        {
                            yield break;
                        }
                    }
                    catch (ModelCallException failure) when (!begun && MovesOn(failure, i))
                    {
                        failed = true;
                        continue;
                    }

                    begun |= updates.Current.Contents.Count > 0;
                    yield return updates.Current;
                }
            }
        }
    }

    /// <inheritdoc />
    /// <remarks>Answers for the preferred model.</remarks>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _clients[0].GetService(serviceType, serviceKey);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (IChatClient client in _clients)
        {
            client.Dispose();
        }
    }

    private bool MovesOn(ModelCallException failure, int index) =>
        index + 1 < _clients.Length && failure.Failure != ModelCallFailure.InvalidRequest;
}
