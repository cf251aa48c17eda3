using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>What `rlm ask` was asked.</summary>
internal sealed record AskSettings(string Task, string? Input, int MaxSteps, int MaxDepth, Action<RlmOptions> Limits, (int? Root, int? Sub) Windows, bool Verbose, bool Json, string? Log, VariablePaths Variables, SandboxSettings Sandbox);
