using System.Threading.Channels;

namespace Rlm.Embedded.Engine;

/// <summary>Carries events from a run to the one who enumerates them.</summary>
internal sealed class EventFeed
{
    private readonly Channel<RlmEvent> _channel = Channel.CreateUnbounded<RlmEvent>(new UnboundedChannelOptions { SingleReader = true });

    public void Write(RlmEvent happened) => _channel.Writer.TryWrite(happened);

    public IAsyncEnumerable<RlmEvent> ReadAllAsync() => _channel.Reader.ReadAllAsync(CancellationToken.None);

    /// <summary>Starts a run that writes here; its end, however it comes, ends the feed.</summary>
    public Task Run(RlmRun run, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                await run.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _channel.Writer.TryComplete();
            }
        },
        CancellationToken.None);
}
