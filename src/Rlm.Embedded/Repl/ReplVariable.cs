namespace Rlm.Embedded.Repl;

/// <summary>A global that the session's own code made.</summary>
/// <param name="Name">The name, as written in Python.</param>
/// <param name="Type">The name of the value's class, for example <c>list</c>.</param>
public sealed record ReplVariable(string Name, string Type);
