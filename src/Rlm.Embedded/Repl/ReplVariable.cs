using System.Globalization;

namespace Rlm.Embedded.Repl;

/// <summary>A global that the session's own code made.</summary>
/// <param name="Name">The name, as written in Python.</param>
/// <param name="Type">The name of the value's class, for example <c>list</c>.</param>
public sealed record ReplVariable(string Name, string Type)
{
    /// <summary>
    /// Characters of a <c>str</c>, or elements of a <c>list</c>, <c>tuple</c>, <c>dict</c>, <c>set</c>, <c>frozenset</c>, <c>bytes</c> or <c>bytearray</c>; null of
    /// all else, instances of their subclasses included: a length that code of the session's would have to tell is not asked for.
    /// </summary>
    public long? Length { get; init; }

    /// <summary>What it is, for the model: <c>list of 1,204</c>.</summary>
    internal string Kind => Describe(Type, Length);

    /// <summary>A type with a length in words.</summary>
    internal static string Describe(string type, long? length) => length is not { } count ? type
        : $"{type} of {count.ToString("N0", CultureInfo.InvariantCulture)}{(type != "str" ? "" : count == 1 ? " character" : " characters")}";
}
