namespace Rlm.Embedded.Trajectories;

/// <summary>A cell.</summary>
/// <param name="Code">The Python that ran.</param>
/// <param name="Result">What came of it.</param>
public sealed record TrajectoryCodeBlock(string Code, TrajectoryCellResult Result);
