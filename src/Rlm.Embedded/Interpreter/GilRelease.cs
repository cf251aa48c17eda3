using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>A stretch of code without the GIL on a thread that had it. A ref struct: it cannot live across an <c>await</c>.</summary>
internal readonly ref struct GilRelease(nint threadState)
{
    /// <summary>Takes the GIL back.</summary>
    public unsafe void Dispose()
    {
        PyEval_RestoreThread(threadState);
        Wedge.NoteProgress();
    }
}
