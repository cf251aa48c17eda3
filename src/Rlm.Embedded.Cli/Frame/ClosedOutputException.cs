namespace Rlm.Embedded.Cli.Frame;

#pragma warning disable RCS1194 // only made by StandardStream
/// <summary>Whoever read stdout or stderr is gone.</summary>
internal sealed class ClosedOutputException(string message) : IOException(message);
