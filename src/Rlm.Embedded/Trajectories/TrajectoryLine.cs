using System.Text.Json.Serialization;

namespace Rlm.Embedded.Trajectories;

/// <summary>One line of a trajectory file: a <see cref="TrajectoryMetadata"/>, <see cref="TrajectoryIteration"/> or <see cref="TrajectoryEnd"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TrajectoryMetadata), "metadata")]
[JsonDerivedType(typeof(TrajectoryIteration), "iteration")]
[JsonDerivedType(typeof(TrajectoryEnd), "end")]
public abstract record TrajectoryLine
{
    private protected TrajectoryLine()
    {
    }

    /// <summary>The run that the line belongs to: the file's own, or a child.</summary>
    public required string RunId { get; init; }

    /// <summary>When it was written, except for an iteration: when the turn began.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}
