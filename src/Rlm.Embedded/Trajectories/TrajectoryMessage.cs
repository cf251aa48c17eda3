namespace Rlm.Embedded.Trajectories;

/// <summary>A message to the root model.</summary>
/// <param name="Role">Who says it.</param>
/// <param name="Content">Its text; what is not text is named in brackets.</param>
public sealed record TrajectoryMessage(string Role, string Content);
