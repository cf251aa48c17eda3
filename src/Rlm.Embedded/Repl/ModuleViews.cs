using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>The functions that make views of modules. Their source runs when a session first needs one, on the host's thread: most of the time that starting takes is compiling.</summary>
internal sealed unsafe class ModuleViews
{
    private static ModuleViews? s_current;

    private ModuleViews(ReplPrelude prelude)
    {
        using GcPause pause = new();
        prelude.Run(prelude.Views, "library_views.py");
        prelude.Run(prelude.Views, "session_modules.py");
        prelude.Run(prelude.Views, "language_modules.py");
        View = prelude.TakeView("view");
        SessionView = prelude.TakeView("session_view");
        LoadCodec = prelude.TakeView("load_codec");
        LoadModule = prelude.TakeView("load_module");
        Unavailable = prelude.TakeView("unavailable");
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
}
