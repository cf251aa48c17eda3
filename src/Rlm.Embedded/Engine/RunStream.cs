using System.Runtime.CompilerServices;

namespace Rlm.Embedded.Engine;

/// <summary>A run as the events it writes.</summary>
internal static class RunStream
{
    /// <summary>Starts the run; leaving the enumeration early cancels it.</summary>
    public static async IAsyncEnumerable<RlmEvent> ReadAsync(Func<EventFeed, RlmRun> start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feed = new EventFeed();
        var run = feed.Run(start(feed), abandoned.Token);
        try
        {
            await foreach (var happened in feed.ReadAllAsync().ConfigureAwait(false))
            {
                yield return happened;
            }

            await run.ConfigureAwait(false);
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
