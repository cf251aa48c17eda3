namespace Rlm.Embedded.Repl.Tools;

/// <summary>An argument that does not fit its parameter: a TypeError in Python.</summary>
internal sealed class ToolArgumentException(string message, Exception? innerException = null) : RlmException(message, innerException);
