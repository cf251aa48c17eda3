using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary><c>import</c> in restricted sessions: gives views of modules, never a module. See module_views.py.</summary>
internal static unsafe class ModuleGate
{
    // Modules with state: each session has a view of its own.
    private static HashSet<string> s_stateful = [];
    private static readonly Dictionary<string, nint> s_views = new(StringComparer.Ordinal);
    private static HashSet<string> s_allowed = [];

    // What C code asks for (datetime for _strptime, int for _pylong), though no session may.
    private static HashSet<string> s_helpers = [];

    /// <summary>The modules, in alphabetical order.</summary>
    public static IReadOnlyList<string> Allowed { get; private set; } = [];

    /// <summary>Learns which modules there are views of.</summary>
    /// <param name="allowed">Those.</param>
    /// <param name="lazy">What the library loads for itself besides.</param>
    /// <param name="stateful">Those of which each session has a view of its own.</param>
    public static void Prepare(IEnumerable<string> allowed, IEnumerable<object?> lazy, IEnumerable<object?> stateful)
    {
        s_helpers = [.. lazy.Cast<string>()];
        s_stateful = [.. stateful.Cast<string>()];
        s_allowed = [.. allowed];
        Allowed = [.. s_allowed.Concat(ModuleCopies.Names).Where(name => !name.Contains('.') && !name.StartsWith('_')).Order(StringComparer.Ordinal)];
    }

    /// <summary><c>__import__</c> of a session.</summary>
    public static PyObject* Import(ReplSession session, HostArguments arguments)
    {
        PyObject* name = arguments.Get(0, "name");
        if (name == null || name->Type != PyUnicode_Type)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), "__import__() needs the name of a module");
        }

        string module = PyText.ToManaged(name);
        PyObject* globals = arguments.Get(1, "globals");
        PyObject* names = arguments.Get(3, "fromlist");
        int overflow;
        PyObject* level = arguments.Get(4, "level");
        if (level != null && level->Type == PyLong_Type && PyLong_AsLongLongAndOverflow(level, &overflow) is > 0 and var above)
        {
            if (ModuleCopies.Absolute(globals, module, above) is not { } absolute)
            {
                return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ImportError"), "attempted relative import with no known parent package");
            }

            using Owned full = new(PythonError.Check(PyText.ToPython(absolute)));
            return Import(session, absolute, full.Pointer, globals, names, arguments);
        }

        return Import(session, module, name, globals, names, arguments);
    }

    private static PyObject* Import(ReplSession session, string module, PyObject* name, PyObject* globals, PyObject* names, HostArguments arguments)
    {
        int dot = module.IndexOf('.');
        string root = dot < 0 ? module : module[..dot];
        bool isFrom = names != null && names != Py_None && PyObject_IsTrue(names) == 1;
        if (!s_allowed.Contains(module) && session.Allows(root))
        {
            return ImportAllowed(session, name, isFrom ? module : root);
        }

        if (ModuleCopies.Has(module))
        {
            Ready(session);
            PyObject* copy = ModuleCopies.Import(session, module, names);
            return copy == null || isFrom || dot < 0 ? New(copy)
                : ModuleCopies.Has(root) ? New(ModuleCopies.Import(session, root, null))
                : New(View(session, root, root));
        }

        if (!s_allowed.Contains(module))
        {
            return s_helpers.Contains(module) && IsAskedByC(arguments) ? LoadModule(session, name)
                : Refuse(session, name, names, ModuleCopies.IsImporting(session, globals));
        }

        return New(View(session, module, isFrom ? module : root));
    }

    /// <summary>ModuleNotFoundError of a module that this Python does not have.</summary>
    public static PyObject* Missing(string module) =>
        PythonError.Raise(PythonRuntime.Current!.ExceptionType("ModuleNotFoundError"), $"No module named '{module}'");

    /// <summary>The member of a module's view that is a copy this session has loaded: <c>saxutils</c> of <c>xml.sax</c>; null where there is none.</summary>
    public static PyObject* FindCopy(ReplSession? session, PyObject* name)
    {
        PyObject* found = session is not null && name->Type == PyUnicode_Type && PyText.ToManaged(name) is var module && ModuleCopies.Has(module) ? session.FindView(module) : null;
        return New(found == null ? Py_None : found);
    }

    /// <summary>Makes sure that a module is loaded before code that needs it runs where it could not be. False with an exception pending.</summary>
    public static bool Load(ReplSession session, string module) => View(session, module, module) != null;

    /// <summary>Loads the codec that a session named, on the host's thread. The search of the codecs has checked the name.</summary>
    public static PyObject* LoadCodec(ReplSession session, PyObject* name) => Load(session, static views => (nint)views.LoadCodec, name);

    /// <summary>Loads a module that a function of the library needs, on the host's thread. Who calls has checked the name.</summary>
    public static PyObject* LoadModule(ReplSession? session, PyObject* name) => Load(session, static views => (nint)views.LoadModule, name);

    /// <summary>Loads a module that code of an allowed one needs, on the host's thread; what stands for it.</summary>
    public static PyObject* LoadAllowed(ReplSession session, PyObject* name) => ImportAllowed(session, name, PyText.ToManaged(name));

    /// <summary>A module that the host allows this session; a new reference, or null with an exception pending.</summary>
    private static PyObject* ImportAllowed(ReplSession session, PyObject* name, string wanted)
    {
        try
        {
            AllowedWork work = new((nint)name, wanted);
            session.RunOnHost(work);
            session.CountArrays();
            return (PyObject*)work.Module;
        }
        catch (PythonException exception)
        {
            bool isAbsent = exception.PythonType == "ModuleNotFoundError";
            return PythonError.Raise(
                PythonRuntime.Current!.ExceptionType(isAbsent ? "ModuleNotFoundError" : "ImportError"),
                isAbsent ? exception.Message : $"the module '{PyText.ToManaged(name)}' cannot be imported: {exception.Message}");
        }
    }

    private static PyObject* Load(ReplSession? session, Func<ModuleViews, nint> loader, PyObject* name)
    {
        try
        {
            NamedWork work = new(loader, (nint)name);
            if (session is not null)
            {
                session.RunOnHost(work);
            }
            else
            {
                // A context is being made for a session that is not open yet.
                using GilRelease released = PythonThread.ReleaseGil();
                PythonRuntime.Current!.RunOnHost(work);
            }

            return New(Py_None);
        }
        catch (PythonException exception)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ModuleNotFoundError"), exception.Message);
        }
    }

    /// <summary>Calls a function of the host's own on its thread: what it gives, or an ImportError with what went wrong.</summary>
    public static PyObject* OnHost(ReplSession session, PyObject* function, PyObject* argument)
    {
        CalledWork work = new((nint)function, (nint)argument);
        try
        {
            session.RunOnHost(work);
            return (PyObject*)work.Result;
        }
        catch (PythonException exception)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ImportError"), exception.Message);
        }
    }

    private static void Ready(ReplSession session)
    {
        if (!ModuleViews.AreLoaded)
        {
            session.RunOnHost(new ViewsWork());
        }
    }

    private static PyObject* Refuse(ReplSession session, PyObject* name, PyObject* names, bool isCopys)
    {
        Ready(session);
        PyObject** arguments = stackalloc PyObject*[3] { name, names == null ? Py_None : names, isCopys ? Py_True : Py_False };
        return PythonCall.Invoke(ModuleViews.Current.Unavailable, arguments, 3, null);
    }

    // PyImport_Import gives an empty list, an import statement a tuple or None; it takes the module from sys.modules, not from here.
    private static bool IsAskedByC(HostArguments arguments)
    {
        PyObject* names = arguments.Get(3, "fromlist");
        return names != null && names->Type == PyList_Type && PyList_Size(names) == 0;
    }

    private static PyObject* New(PyObject* value)
    {
        if (value != null)
        {
            Py_IncRef(value);
        }

        return value;
    }

    /// <summary>The view of <paramref name="wanted"/>, which is <paramref name="module"/> or the package it is in. Borrowed; null with an exception pending.</summary>
    private static PyObject* View(ReplSession session, string module, string wanted)
    {
        try
        {
            if (s_stateful.Contains(wanted))
            {
                PyObject* own = session.FindView(wanted);
                return own != null ? own : session.KeepView(wanted, (PyObject*)Make(session, wanted).SessionView);
            }

            _ = Shared(session, module);
            return Shared(session, wanted);
        }
        catch (PythonException exception)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ImportError"), $"the module '{module}' cannot be imported: {exception.Message}");
        }
    }

    private static PyObject* Shared(ReplSession session, string module)
    {
        // Guarded by the GIL.
        if (!s_views.TryGetValue(module, out nint view))
        {
            view = Make(session, module).View;
            s_views[module] = view;
        }

        return (PyObject*)view;
    }

    /// <summary>The import itself runs on a thread of the host's: the session's may read no files.</summary>
    private static ViewWork Make(ReplSession session, string module)
    {
        ViewWork work = new(module);
        session.RunOnHost(work);
        return work;
    }

    private static nint RealModule(string module)
    {
        using NativeText text = new(module);
        return (nint)PythonError.Check(PyImport_ImportModule(text.Pointer));
    }

    private sealed class AllowedWork(nint name, string wanted) : PythonWork
    {
        public nint Module { get; private set; }

        protected override void Run()
        {
            using GcPause pause = new();
            using Owned imported = new(PythonError.Check(Packages.ImportAllowed((PyObject*)name)));
            using Owned answer = new(PythonError.Check(PyText.ToPython(wanted)));
            Module = (nint)PythonError.Check(Packages.ImportAllowed(answer.Pointer));
        }
    }

    private sealed class ViewsWork : PythonWork
    {
        protected override void Run() => _ = ModuleViews.Current;
    }

    private sealed class CalledWork(nint function, nint argument) : PythonWork
    {
        public nint Result { get; private set; }

        protected override void Run()
        {
            // A collection would close what sessions left, here.
            using GcPause pause = new();
            Result = (nint)PythonError.Check(PythonCall.Invoke((PyObject*)function, (PyObject*)argument));
        }
    }

    private sealed class NamedWork(Func<ModuleViews, nint> loader, nint name) : PythonWork
    {
        protected override void Run()
        {
            using GcPause pause = new();
            using Owned loaded = new(PythonError.Check(PythonCall.Invoke((PyObject*)loader(ModuleViews.Current), (PyObject*)name)));
        }
    }

    private sealed class ViewWork(string module) : PythonWork
    {
        public nint View { get; private set; }

        public nint SessionView { get; private set; }

        protected override void Run()
        {
            using GcPause pause = new();
            if (SandboxLayers.IsOff("capabilities"))
            {
                View = SessionView = RealModule(module);
                return;
            }

            using Owned name = new(PythonError.Check(PyText.ToPython(module)));
            View = (nint)PythonError.Check(PythonCall.Invoke(ModuleViews.Current.View, name.Pointer));
            PyObject* own = PythonError.Check(PythonCall.Invoke(ModuleViews.Current.SessionView, name.Pointer));
            if (own == Py_None)
            {
                Py_DecRef(own);
                return;
            }

            SessionView = (nint)own;
        }
    }
}
