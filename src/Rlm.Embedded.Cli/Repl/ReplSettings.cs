using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>What the command line of `rlm repl` says.</summary>
/// <param name="Session">How sessions are opened.</param>
/// <param name="Variables">Where variables come from and go to.</param>
/// <param name="Model">The model that answers sub-calls; null for the stand-in.</param>
/// <param name="History">The file of the history; null for none.</param>
internal sealed record ReplSettings(ReplSessionOptions Session, VariablePaths Variables, string? Model, string? History);
