namespace Rlm.Embedded.Repl;

/// <summary>What came of restoring variables into a session.</summary>
/// <param name="Names">The variables that were bound.</param>
/// <param name="Variables">All variables the session has now.</param>
public sealed record RestoredVariables(IReadOnlyList<string> Names, IReadOnlyList<ReplVariable> Variables);
