namespace Rlm.Embedded.Interpreter;

/// <summary>
/// The state in which some code in C holds the GIL and answers to nothing. Whoever waits for Python is then told so instead of waiting too.
/// The state ends when that code does.
/// </summary>
internal static class Wedge
{
    private static InterruptTarget? s_holder;
    private static int s_run;
    private static long s_progress;

    /// <summary>Grows whenever a Python thread takes or gives the GIL or runs the signal handler. It stands still while the GIL is stuck.</summary>
    public static long Progress => Volatile.Read(ref s_progress);

    /// <summary>True while the interpreter is held.</summary>
    public static bool IsHeld => Volatile.Read(ref s_holder) is { } holder && holder.Run == Volatile.Read(ref s_run);

    /// <summary>Notes that the GIL moves. A lost count does no harm.</summary>
    public static void NoteProgress() => Volatile.Write(ref s_progress, s_progress + 1);

    /// <summary>Declares the state and frees all who wait for Python. The watchdog calls it.</summary>
    public static void Declare(InterruptTarget holder, int run, IEnumerable<InterruptTarget> all)
    {
        Volatile.Write(ref s_run, run);
        Volatile.Write(ref s_holder, holder);
        foreach (InterruptTarget target in all)
        {
            target.Abandon(Exception());
        }
    }

    /// <summary>Throws while the interpreter is held.</summary>
    /// <exception cref="EngineWedgedException">It is.</exception>
    public static void ThrowIfHeld()
    {
        if (IsHeld)
        {
            throw Exception();
        }
    }

    private static EngineWedgedException Exception() => new(
        "The interpreter is held by code that cannot be interrupted (a loop inside a C function). No cell can run until it ends. Start a new process to go on at once; see docs/limitations.md.");
}
