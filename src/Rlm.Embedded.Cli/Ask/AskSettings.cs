namespace Rlm.Embedded.Cli.Ask;

/// <summary>What `rlm ask` was asked.</summary>
internal sealed record AskSettings(string Task, string? Input, int MaxSteps, int MaxDepth, bool Verbose, bool Json, string? Log);
