namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>A place that was looked at.</summary>
/// <param name="Source">The name of the source it belongs to.</param>
/// <param name="Place">A folder, a registry key, or a setting.</param>
/// <param name="Exists">Whether the folder is there; always true for what is not a path.</param>
internal sealed record SearchedPlace(string Source, string Place, bool Exists);
