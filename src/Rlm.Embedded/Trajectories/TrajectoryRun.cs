namespace Rlm.Embedded.Trajectories;

/// <summary>A run as read from a file.</summary>
/// <param name="Metadata">Its first line.</param>
/// <param name="Iterations">Its turns, in order.</param>
/// <param name="End">Its last line; null when the process died before it.</param>
/// <param name="Children">The runs that its cells made, in the order they began.</param>
public sealed record TrajectoryRun(
    TrajectoryMetadata Metadata, IReadOnlyList<TrajectoryIteration> Iterations, TrajectoryEnd? End, IReadOnlyList<TrajectoryRun> Children);
