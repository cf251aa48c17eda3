using Rlm.Embedded.Engine;
using Rlm.Embedded.Trajectories;

namespace Rlm.Embedded.Diagnostics;

/// <summary>The scope of one run and its children with everything that observes it: trajectory, traces, logs, whoever enumerates events.</summary>
internal sealed class ObservedScope : IDisposable
{
    private readonly TrajectoryWriter? _trajectory;

    private ObservedScope(RunScope scope, TrajectoryWriter? trajectory)
    {
        Scope = scope;
        _trajectory = trajectory;
    }

    public RunScope Scope { get; }

    /// <summary>Makes one. Where nobody observes, the scope has no feed and no event is made.</summary>
    /// <exception cref="RlmConfigurationException">The folder of trajectories cannot be written to.</exception>
    public static ObservedScope Open(RunSetup setup, bool isStreamed)
    {
        List<Action<RlmEvent>> observers = [];
        var trajectory = TrajectoryWriter.Open(setup);
        if (trajectory is not null)
        {
            observers.Add(trajectory.Observe);
        }

        if (RunTelemetry.Begin() is { } telemetry)
        {
            observers.Add(telemetry.Observe);
        }

        if (RunLog.Begin(setup.Logger) is { } log)
        {
            observers.Add(log.Observe);
        }

        var feed = isStreamed || observers.Count > 0 ? new EventFeed(isStreamed, observers) : null;
        return new ObservedScope(new RunScope(setup, feed, trajectory?.Path), trajectory);
    }

    /// <summary>Closes the trajectory. To be called when the run has ended.</summary>
    public void Dispose() => _trajectory?.Dispose();
}
