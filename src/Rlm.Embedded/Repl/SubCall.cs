namespace Rlm.Embedded.Repl;

/// <summary>A call from a cell to a model.</summary>
/// <param name="Kind">A plain model call or a child RLM.</param>
/// <param name="Prompt">The text. Exact, as Python held it.</param>
/// <param name="Model">The name of a registered model, or null for the default sub-model.</param>
public sealed record SubCall(SubCallKind Kind, string Prompt, string? Model);
