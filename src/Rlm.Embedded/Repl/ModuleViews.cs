using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>The functions that make views of modules. Their source runs when a session first needs one, on the host's thread: most of the time that starting takes is compiling.</summary>
internal sealed unsafe class ModuleViews
{
    private static readonly string[] s_sources =
        ["library_views.py", "session_modules.py", "session_values.py", "session_inspect.py", "session_logging.py", "session_tasks.py", "session_threads.py", "session_copies.py", "language_modules.py"];

    private static ModuleViews? s_current;

    private ModuleViews(ReplPrelude prelude)
    {
        using GcPause pause = new();
        foreach (string source in s_sources)
        {
            prelude.Run(prelude.Views, source);
        }

        View = prelude.TakeView("view");
        SessionView = prelude.TakeView("session_view");
        LoadCodec = prelude.TakeView("load_codec");
        LoadModule = prelude.TakeView("load_module");
        Unavailable = prelude.TakeView("unavailable");
        CopyCode = prelude.TakeView("copy_code");
        MendCopy = prelude.TakeView("mend_copy");
        NewCopy = prelude.TakeView("new_copy");
        FinishCopy = prelude.TakeView("finish_copy");
        Sandbox.GuardedAttributes.Freeze((PyTypeObject*)prelude.TakeView("Unavailable"), on: true);
    }

    /// <summary>Whether the source has run.</summary>
    public static bool AreLoaded => s_current is not null;

    /// <summary>Those of the running interpreter. Needs the GIL; the first time on the host's thread.</summary>
    public static ModuleViews Current => s_current ??= new ModuleViews(ReplPrelude.Current);

    /// <summary>Makes the view of a module that all sessions share.</summary>
    public PyObject* View { get; }

    /// <summary>Makes the view of a module that keeps state, for one session.</summary>
    public PyObject* SessionView { get; }

    /// <summary>Loads a codec that a session named.</summary>
    public PyObject* LoadCodec { get; }

    /// <summary>Loads a module that a function of the library needs.</summary>
    public PyObject* LoadModule { get; }

    /// <summary>What the import of a module gives that sessions do not have.</summary>
    public PyObject* Unavailable { get; }

    /// <summary>The code of a module that sessions run for themselves.</summary>
    public PyObject* CopyCode { get; }

    /// <summary>The same without what sessions may not spell.</summary>
    public PyObject* MendCopy { get; }

    /// <summary>An empty module.</summary>
    public PyObject* NewCopy { get; }

    /// <summary>Gives such a module, once it has run, what it has of the host.</summary>
    public PyObject* FinishCopy { get; }
}
