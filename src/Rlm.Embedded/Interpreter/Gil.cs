using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>The one place where this library takes the GIL and gives it up, so that it knows who holds it: nobody who does may wait for anything else.</summary>
internal static unsafe class Gil
{
    [ThreadStatic]
    private static bool t_isHeld;

    /// <summary>Whether the calling thread holds the GIL. Of a thread that Python started it is known from the first <see cref="Release"/> on.</summary>
    public static bool IsHeld => t_isHeld;

    /// <summary>Makes the calling thread known to Python and takes the GIL.</summary>
    public static void Enter()
    {
        _ = PyGILState_Ensure();
        t_isHeld = true;
    }

    /// <summary>Notes that starting Python has left the GIL with the calling thread.</summary>
    public static void NoteHeld() => t_isHeld = true;

    /// <summary>Gives the GIL up.</summary>
    /// <returns>The thread's state, for <see cref="Take"/>.</returns>
    public static nint Release()
    {
        GcPause.Leave();
        t_isHeld = false;
        nint state = PyEval_SaveThread();
        Wedge.NoteProgress();
        return state;
    }

    /// <summary>Waits for the GIL. The caller holds no lock.</summary>
    public static void Take(nint state)
    {
        PyEval_RestoreThread(state);
        t_isHeld = true;
        GcPause.Return();
        Wedge.NoteProgress();
    }
}
