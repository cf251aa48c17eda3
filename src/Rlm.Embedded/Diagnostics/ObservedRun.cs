using System.Runtime.CompilerServices;
using Rlm.Embedded.Engine;
using Rlm.Embedded.Trajectories;

namespace Rlm.Embedded.Diagnostics;

/// <summary>Runs with everything that observes a run and its children: trajectory, traces, logs, whoever enumerates events.</summary>
internal static class ObservedRun
{
    /// <summary>Runs to the end.</summary>
    /// <exception cref="RlmConfigurationException">The folder of trajectories cannot be written to.</exception>
    public static async Task<RlmResult> CompleteAsync(RunSetup setup, Func<RunScope, CancellationToken, Task<RlmResult>> run, CancellationToken cancellationToken)
    {
        using var trajectory = TrajectoryWriter.Open(setup);
        return await run(Scope(setup, trajectory, isStreamed: false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a run when the enumeration starts, and cancels it when the enumeration is left.</summary>
    /// <exception cref="RlmConfigurationException">The folder of trajectories cannot be written to.</exception>
    public static async IAsyncEnumerable<RlmEvent> StreamAsync(
        RunSetup setup, Func<RunScope, CancellationToken, Task<RlmResult>> run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var trajectory = TrajectoryWriter.Open(setup);
        var scope = Scope(setup, trajectory, isStreamed: true);
        var feed = scope.Feed!;
        var running = Task.Run(() => RunToEndOfFeedAsync(scope, run, abandoned.Token), CancellationToken.None);
        try
        {
            await foreach (var happened in feed.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return happened;
            }

            await running.ConfigureAwait(false);
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task RunToEndOfFeedAsync(RunScope scope, Func<RunScope, CancellationToken, Task<RlmResult>> run, CancellationToken cancellationToken)
    {
        try
        {
            await run(scope, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.Feed!.Complete();
        }
    }

    /// <summary>Where nobody observes, the scope has no feed and no event is made.</summary>
    private static RunScope Scope(RunSetup setup, TrajectoryWriter? trajectory, bool isStreamed)
    {
        List<Action<RlmEvent>>? observers = null;
        if (trajectory is not null)
        {
            (observers ??= []).Add(trajectory.Observe);
        }

        if (RunTelemetry.Begin() is { } telemetry)
        {
            (observers ??= []).Add(telemetry.Observe);
        }

        if (RunLog.Begin(setup.Logger) is { } log)
        {
            (observers ??= []).Add(log.Observe);
        }

        foreach (var observer in setup.Options.Observers)
        {
            (observers ??= []).Add(new HostObserver(observer, setup.Logger).Observe);
        }

        var feed = isStreamed || observers is not null ? new EventFeed(isStreamed, observers ?? []) : null;
        return new RunScope(setup, feed, trajectory?.Path);
    }
}
