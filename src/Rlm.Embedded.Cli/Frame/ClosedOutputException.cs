namespace Rlm.Embedded.Cli.Frame;

#pragma warning disable RCS1194 // only made by StandardStream
/// <summary>stdout or stderr takes no more.</summary>
internal sealed class ClosedOutputException(string message) : IOException(message)
{
    /// <summary>Whoever read it is gone, as <c>head</c> is after its last line: no fault, and nothing to say.</summary>
    public bool IsReaderGone { get; init; }
}
