namespace Rlm.Embedded.Providers;

/// <summary>Whether a provider can be used.</summary>
/// <param name="Name">The provider.</param>
/// <param name="Example">A whole model name.</param>
/// <param name="Variables">Names of the environment variables it reads.</param>
/// <param name="VariablesSet">Those of them that are set.</param>
/// <param name="Missing">What to set before it can be used, or null when it is ready.</param>
public sealed record ModelProviderStatus(
    string Name, string Example, IReadOnlyList<string> Variables, IReadOnlyList<string> VariablesSet, string? Missing);
