namespace Rlm.Embedded.Trajectories;

/// <summary>A summary took the place of all messages until then.</summary>
/// <param name="HistoryName">The variable in which the REPL has these messages.</param>
/// <param name="Messages">How many they were.</param>
/// <param name="TokensBefore">What they came to, in tokens.</param>
/// <param name="Tokens">Tokens of the call that summarised, or null where the provider reported none.</param>
public sealed record TrajectoryCompaction(string HistoryName, int Messages, long TokensBefore, TrajectoryTokens? Tokens);
