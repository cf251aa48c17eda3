using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>What a Python thread has done without the GIL, and where it is confined by a thread that is not: reading files.</summary>
internal static class Outside
{
    /// <summary>Does something and waits for it. The caller is a Python thread that holds the GIL; what is thrown reaches it.</summary>
    public static T Do<T>(Func<T> work)
    {
        using GilRelease released = PythonThread.ReleaseGil();
        return PythonThread.Current is { IsConfined: true }
            ? new HandedCall<T>(() => ValueTask.FromResult(work())).Run(spin: true, CancellationToken.None)
            : work();
    }

    /// <summary>The same for what gives nothing.</summary>
    public static void Do(Action work) => Do(() =>
    {
        work();
        return true;
    });
}
