using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// A stretch in which CPython collects no garbage: a collection closes generators and so may run code of a session, which must not happen on
/// a thread that is not confined. Needs the GIL; where the thread gives that up for a while, others may collect.
/// </summary>
internal readonly unsafe ref struct GcPause
{
    // Guarded by the GIL.
    private static int s_pauses;
    private static bool s_wasOn;

    [ThreadStatic]
    private static int t_depth;

    private readonly bool _isOutermost;

    public GcPause()
    {
        _isOutermost = t_depth++ == 0;
        if (_isOutermost)
        {
            Begin();
        }
    }

    public void Dispose()
    {
        t_depth--;
        if (_isOutermost)
        {
            End();
        }
    }

    /// <summary>Called before the thread gives the GIL up.</summary>
    public static void Leave()
    {
        if (t_depth > 0)
        {
            End();
        }
    }

    /// <summary>Called when it has the GIL again.</summary>
    public static void Return()
    {
        if (t_depth > 0)
        {
            Begin();
        }
    }

    private static void Begin()
    {
        if (s_pauses++ == 0)
        {
            s_wasOn = PyGC_Disable() != 0;
        }
    }

    private static void End()
    {
        if (--s_pauses == 0 && s_wasOn)
        {
            _ = PyGC_Enable();
        }
    }
}
