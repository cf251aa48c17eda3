namespace Rlm.Embedded.Repl;

/// <summary>What came of saving a session's variables.</summary>
/// <param name="Names">The variables that were saved, in order of creation.</param>
/// <param name="NotSaved">Those that were not, and why.</param>
/// <param name="Bytes">What the file takes.</param>
public sealed record SavedVariables(IReadOnlyList<string> Names, IReadOnlyList<UnsavedVariable> NotSaved, long Bytes);
