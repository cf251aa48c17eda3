namespace Rlm.Embedded.Interpreter;

/// <summary>A stretch of code without the GIL on a thread that had it. A ref struct: it cannot live across an <c>await</c>.</summary>
internal readonly ref struct GilRelease(nint threadState)
{
    /// <summary>Takes the GIL back.</summary>
    public void Dispose() => Gil.Take(threadState);
}
