namespace Rlm.Embedded.Trajectories;

/// <summary>What one model was used for.</summary>
/// <param name="Calls">Calls, failed ones included.</param>
/// <param name="FailedCalls">Calls that ended in an exception.</param>
/// <param name="CachedCalls">Calls that were answered from a cache.</param>
/// <param name="Tokens">Tokens of all calls.</param>
/// <param name="Cost">US dollars, or null when nobody knows.</param>
public sealed record TrajectoryUsage(int Calls, int FailedCalls, int CachedCalls, TrajectoryTokens Tokens, decimal? Cost);
