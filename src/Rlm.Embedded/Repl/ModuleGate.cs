using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary><c>import</c> in restricted sessions: gives views of modules, never a module. See module_views.py.</summary>
internal static unsafe class ModuleGate
{
    // Modules with state: each session has a view of its own.
    private static readonly HashSet<string> s_stateful = new(StringComparer.Ordinal) { "logging", "random", "uuid", "warnings" };
    private static readonly Dictionary<string, nint> s_views = new(StringComparer.Ordinal);
    private static HashSet<string> s_allowed = [];

    // What C code asks for (datetime for _strptime, int for _pylong), though no session may.
    private static HashSet<string> s_helpers = [];

    /// <summary>The modules, in alphabetical order.</summary>
    public static IReadOnlyList<string> Allowed { get; private set; } = [];

    /// <summary>Learns which modules there are views of.</summary>
    /// <param name="allowed">Those.</param>
    /// <param name="lazy">What the library loads for itself besides.</param>
    public static void Prepare(IEnumerable<string> allowed, IEnumerable<object?> lazy)
    {
        s_helpers = [.. lazy.Cast<string>()];
        s_allowed = [.. allowed];
        Allowed = [.. s_allowed.Where(name => !name.Contains('.') && !name.StartsWith('_')).Order(StringComparer.Ordinal)];
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
        int dot = module.IndexOf('.');
        string root = dot < 0 ? module : module[..dot];
        if (!s_allowed.Contains(module) && session.Allows(root))
        {
            PyObject* from = arguments.Get(3, "fromlist");
            return ImportAllowed(session, name, from != null && from != Py_None && PyObject_IsTrue(from) == 1 ? module : root);
        }

        if (!s_allowed.Contains(module))
        {
            return s_helpers.Contains(module) && IsAskedByC(arguments)
                ? LoadModule(session, name)
                : Refuse(session, name, arguments.Get(3, "fromlist"));
        }

        PyObject* names = arguments.Get(3, "fromlist");
        bool isFrom = names != null && names != Py_None && PyObject_IsTrue(names) == 1;
        return New(View(session, module, isFrom ? module : root));
    }

    /// <summary>Makes sure that a module is loaded before code that needs it runs where it could not be. False with an exception pending.</summary>
    public static bool Load(ReplSession session, string module) => View(session, module, module) != null;

    /// <summary>Loads the codec that a session named, on the host's thread. The search of the codecs has checked the name.</summary>
    public static PyObject* LoadCodec(ReplSession session, PyObject* name) => Load(session, static views => (nint)views.LoadCodec, name);

    /// <summary>Loads a module that a function of the library needs, on the host's thread. Who calls has checked the name.</summary>
    public static PyObject* LoadModule(ReplSession session, PyObject* name) => Load(session, static views => (nint)views.LoadModule, name);

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

    private static PyObject* Load(ReplSession session, Func<ModuleViews, nint> loader, PyObject* name)
    {
        try
        {
            session.RunOnHost(new NamedWork(loader, (nint)name));
            return New(Py_None);
        }
        catch (PythonException exception)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ModuleNotFoundError"), exception.Message);
        }
    }

    private static PyObject* Refuse(ReplSession session, PyObject* name, PyObject* names)
    {
        if (!ModuleViews.AreLoaded)
        {
            session.RunOnHost(new ViewsWork());
        }

        PyObject** arguments = stackalloc PyObject*[2] { name, names == null ? Py_None : names };
        return PythonCall.Invoke(ModuleViews.Current.Unavailable, arguments, 2, null);
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
