namespace Rlm.Embedded.Repl;

/// <summary>What the variable <c>context</c> of a session is, known once it is loaded.</summary>
/// <param name="Type">Its Python type: <c>str</c> or <c>list</c>.</param>
/// <param name="Characters">Code points in all.</param>
/// <param name="ChunkLengths">Code points of each element; one entry for a <c>str</c>.</param>
/// <param name="Note">What a person should know of how it was read, or null: invalid bytes that were replaced, an empty file.</param>
public sealed record ContextInfo(string Type, long Characters, IReadOnlyList<long> ChunkLengths, string? Note = null);
