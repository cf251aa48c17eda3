using System.Runtime.CompilerServices;

namespace Rlm.Embedded.Engine;

/// <summary>Keeps a model client that ignores its token from holding up a cancelled run.</summary>
internal static class Abandonable
{
    /// <summary>Waits for a call, but no longer than until cancellation. The call itself goes on, unobserved.</summary>
    public static Task<T> OrAbandon<T>(this Task<T> call, CancellationToken cancellationToken) =>
        call.IsCompleted || !cancellationToken.CanBeCanceled ? call : call.WaitAsync(cancellationToken);

    /// <summary>Enumerates a stream, but waits for no piece longer than until cancellation. A piece under way then is left to itself, and the stream closed after it.</summary>
    public static async IAsyncEnumerable<T> OrAbandon<T>(this IAsyncEnumerable<T> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pieces = stream.GetAsyncEnumerator(cancellationToken);
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = pieces.MoveNextAsync().AsTask();
                if (!await next.OrAbandon(cancellationToken).ConfigureAwait(false))
                {
                    yield break;
                }

                yield return pieces.Current;
            }
        }
        finally
        {
            if (next is null or { IsCompleted: true })
            {
                await pieces.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                _ = CloseAfterAsync(next, pieces);
            }
        }
    }

    private static async Task CloseAfterAsync<T>(Task<bool> next, IAsyncEnumerator<T> pieces)
    {
        await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await pieces.DisposeAsync().ConfigureAwait(false);
    }
}
