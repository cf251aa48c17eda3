namespace Rlm.Embedded.Cli.Ask;

/// <summary>The models that the command line names.</summary>
/// <param name="Root">--model, or null.</param>
/// <param name="Sub">--sub-model, or null.</param>
/// <param name="Named">--model-as.</param>
internal sealed record ModelNames(string? Root, string? Sub, IReadOnlyList<(string Name, string Model)> Named);
