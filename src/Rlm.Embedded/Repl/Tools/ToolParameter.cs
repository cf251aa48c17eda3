namespace Rlm.Embedded.Repl.Tools;

/// <summary>A parameter of a tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as Python writes it, or null when anything goes.</param>
/// <param name="IsRequired">It has no default.</param>
/// <param name="Default">The default as Python writes it, or null when none is stated: then None means that it is not given.</param>
/// <param name="Description">What it is for, or null.</param>
internal sealed record ToolParameter(string Name, string? Type, bool IsRequired, string? Default, string? Description);
