namespace Rlm.Embedded.Repl;

/// <summary>What the variable <c>context</c> of a session is, known once it is loaded.</summary>
/// <param name="Type">Its Python type: <c>str</c>, <c>list</c> or <c>dict</c>; of JSON also <c>int</c> and the like.</param>
/// <param name="Characters">Code points in all: the sum of <paramref name="ChunkLengths"/>.</param>
/// <param name="ChunkLengths">Code points of each element, or of each value of a dict; one entry for what has no elements. An element that is no text counts as its JSON text.</param>
/// <param name="Note">What a person should know of how it was read, or null: invalid bytes that were replaced, an empty file, files that were skipped.</param>
public sealed record ContextInfo(string Type, long Characters, IReadOnlyList<long> ChunkLengths, string? Note = null)
{
    /// <summary>The Python types of the elements, for example <c>str</c> or <c>dict or str</c>.</summary>
    public string Elements { get; init; } = "str";

    /// <summary>Of a dict: its first 100 keys, in order. For files their names.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>
    /// Of values that are not all texts: what they are, in a few words such as <c>list of 3 int</c>. One for each of <see cref="Keys"/>, or one for all elements.
    /// </summary>
    public IReadOnlyList<string> Shapes { get; init; } = [];

    /// <summary>The lines of the text, or of all texts that are its elements; null where there is none.</summary>
    public TextLines? Lines { get; init; }
}
