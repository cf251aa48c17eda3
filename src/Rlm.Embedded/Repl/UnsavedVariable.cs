namespace Rlm.Embedded.Repl;

/// <summary>A variable that could not be saved.</summary>
/// <param name="Name">The name, as written in Python.</param>
/// <param name="Reason">Why, for example <c>it is a module, which is not plain data</c>.</param>
public sealed record UnsavedVariable(string Name, string Reason);
