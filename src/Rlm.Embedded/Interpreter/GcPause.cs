using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// A stretch in which CPython collects no garbage: a collection closes generators and so may run code of a session, which must not happen on
/// a thread that is not confined. Needs the GIL.
/// </summary>
internal readonly unsafe ref struct GcPause
{
    private readonly bool _was;

    public GcPause() => _was = PyGC_Disable() != 0;

    public void Dispose()
    {
        if (_was)
        {
            _ = PyGC_Enable();
        }
    }
}
