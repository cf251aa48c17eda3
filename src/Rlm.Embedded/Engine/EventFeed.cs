using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rlm.Embedded.Engine;

/// <summary>
/// Carries the events of a tree of runs: to observers, at once and on the thread where it happens, and to the one who enumerates, if any.
/// </summary>
/// <remarks>
/// Events that wait for a slow reader are bounded where they are many: before it takes the next piece of a reply from the model, a run
/// waits until fewer than <see cref="MostUnread"/> are unread. The others are as many as the trajectory, which is in memory too, has entries.
/// </remarks>
internal sealed class EventFeed(bool isStreamed, IReadOnlyList<Action<RlmEvent>> observers)
{
    /// <summary>Unread events at which a run waits for its reader.</summary>
    public const int MostUnread = 1_024;

    private readonly Channel<RlmEvent> _channel = Channel.CreateUnbounded<RlmEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private int _unread;

    /// <summary>Somebody enumerates the events.</summary>
    public bool IsStreamed => isStreamed;

    /// <summary>The same feed for one run.</summary>
    public RunFeed Of(string runId, int depth) => new(this, runId, depth);

    public void Write(RlmEvent happened)
    {
        foreach (var observer in observers)
        {
            observer(happened);
        }

        if (isStreamed && _channel.Writer.TryWrite(happened))
        {
            Interlocked.Increment(ref _unread);
        }
    }

    /// <summary>Waits while too many events are unread.</summary>
    public async ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        while (Room() is { } room)
        {
            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the feed.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    public async IAsyncEnumerable<RlmEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var happened in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Interlocked.Decrement(ref _unread) < MostUnread)
            {
                Read();
            }

            yield return happened;
        }
    }

    private TaskCompletionSource? Room()
    {
        if (Volatile.Read(ref _unread) < MostUnread)
        {
            return null;
        }

        lock (_gate)
        {
            return _unread < MostUnread ? null : _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Read()
    {
        if (Volatile.Read(ref _room) is null)
        {
            return;
        }

        TaskCompletionSource? room;
        lock (_gate)
        {
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
    }
}
