using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Modules of the library that a restricted session runs for itself, under its own builtins and through the gate: nothing of them is shared. See session_copies.py.
/// Needs the GIL.
/// </summary>
internal static unsafe class ModuleCopies
{
    private static HashSet<string> s_names = [];

    /// <summary>Learns which modules are copied: names, and <c>package.*</c> for all that a package holds.</summary>
    public static void Prepare(IEnumerable<object?> names) => s_names = [.. names.Cast<string>()];

    /// <summary>The names, without those inside packages.</summary>
    public static IEnumerable<string> Names => s_names.Where(name => !name.Contains('.'));

    /// <summary>Whether sessions run a module for themselves.</summary>
    public static bool Has(string module) =>
        s_names.Contains(module) || (module.LastIndexOf('.') is > 0 and var dot && s_names.Contains(string.Concat(module.AsSpan(0, dot), ".*")));

    /// <summary>Whether the code that imports is a copy: <paramref name="globals"/> are the names of one.</summary>
    public static bool IsImporting(ReplSession session, PyObject* globals) =>
        TextOf(globals, "__name__") is { } name && Has(name) && session.FindView(name) is var copy && copy != null && IsModule(copy) && PyModule_GetDict(copy) == globals;

    /// <summary>The full name of what code in <paramref name="globals"/> imports from so many packages above; null where there are none.</summary>
    public static string? Absolute(PyObject* globals, string module, long level)
    {
        string? package = TextOf(globals, "__package__");
        for (; level > 1 && package is not null; level--)
        {
            package = package.LastIndexOf('.') is > 0 and var dot ? package[..dot] : null;
        }

        return string.IsNullOrEmpty(package) ? null : module.Length == 0 ? package : $"{package}.{module}";
    }

    /// <summary>The session's copy of a module, run now if it has not been, with the packages it is in. Borrowed; null with an exception pending.</summary>
    public static PyObject* Import(ReplSession session, string module, PyObject* names)
    {
        PyObject* copy = Load(session, module);
        for (nint i = 0; copy != null && names != null && (names->Type->Flags & PyTypeObject.TupleSubclass) != 0 && i < PyTuple_Size(names); i++)
        {
            PyObject* part = PyTuple_GetItem(names, i);
            string inner = part->Type == PyUnicode_Type ? $"{module}.{PyText.ToManaged(part)}" : "";
            if (Has(inner) && IsModule(copy) && PyDict_GetItemWithError(PyModule_GetDict(copy), part) == null && Code(session, inner) is not null && Load(session, inner) == null)
            {
                return null;
            }
        }

        return copy;
    }

    private static PyObject* Load(ReplSession session, string module)
    {
        PyObject* known = session.FindView(module);
        if (known != null)
        {
            return known;
        }

        int dot = module.LastIndexOf('.');
        PyObject* package = dot > 0 && Has(module[..dot]) ? Load(session, module[..dot]) : null;
        if (dot > 0 && Has(module[..dot]) && package == null)
        {
            return null;
        }

        if (Code(session, module) is not { } code)
        {
            return ModuleGate.Missing(module);
        }

        using Owned text = new(PythonError.Check(PyText.ToPython(module)));
        PyObject* copy = PythonError.Check(PythonCall.Invoke(ModuleViews.Current.NewCopy, text.Pointer));
        PyObject* table = PyModule_GetDict(copy);
        using Owned builtins = new(session.Builtins);
        Put(table, "__builtins__", builtins.Pointer);
        using Owned within = new(PythonError.Check(PyText.ToPython(code.IsPackage || dot < 0 ? code.IsPackage ? module : "" : module[..dot])));
        Put(table, "__package__", within.Pointer);
        session.KeepView(module, copy);
        using Owned done = new(PyEval_EvalCode((PyObject*)code.Code, table, table));
        using Owned finished = new(done.IsNull ? null : PythonCall.Invoke(ModuleViews.Current.FinishCopy, text.Pointer, table));
        if (finished.IsNull)
        {
            session.DropView(module);
            return null;
        }

        if (package != null && IsModule(package))
        {
            Put(PyModule_GetDict(package), module[(dot + 1)..], copy);
        }

        return copy;
    }

    /// <summary>The code of a module, which the gate has let through; null where this Python has no such module.</summary>
    private static (nint Code, bool IsPackage)? Code(ReplSession session, string module)
    {
        CodeWork work = new(module);
        session.RunOnHost(work);
        return work.Code == 0 ? null : (work.Code, work.IsPackage);
    }

    private static bool IsModule(PyObject* value) => PyType_IsSubtype(value->Type, PyModule_Type) != 0;

    private static string? TextOf(PyObject* globals, string key)
    {
        if (globals == null || globals->Type != PyDict_Type)
        {
            return null;
        }

        using Owned name = new(PythonError.Check(PyText.ToPython(key)));
        PyObject* value = PyDict_GetItemWithError(globals, name.Pointer);
        return value != null && value->Type == PyUnicode_Type ? PyText.ToManaged(value) : null;
    }

    private static void Put(PyObject* dict, string name, PyObject* value)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PythonError.Check(PyDict_SetItem(dict, key.Pointer, value));
    }

    /// <summary>Reads it on the host's thread: the session's may read no files. What is found is kept there for all sessions.</summary>
    private sealed class CodeWork(string module) : PythonWork
    {
        private static readonly Dictionary<string, (nint Code, bool IsPackage)> s_known = new(StringComparer.Ordinal);

        public nint Code { get; private set; }

        public bool IsPackage { get; private set; }

        protected override void Run()
        {
            if (!s_known.TryGetValue(module, out (nint Code, bool IsPackage) found))
            {
                found = s_known[module] = Find();
            }

            (Code, IsPackage) = found;
        }

        private (nint Code, bool IsPackage) Find()
        {
            using GcPause pause = new();
            using Owned name = new(PythonError.Check(PyText.ToPython(module)));
            using Owned found = new(PythonError.Check(PythonCall.Invoke(ModuleViews.Current.CopyCode, name.Pointer)));
            if (found.Pointer == Py_None)
            {
                return default;
            }

            bool isPackage = PyTuple_GetItem(found.Pointer, 1) == Py_True;
            PyObject* code = PyTuple_GetItem(found.Pointer, 0);
            Py_IncRef(code);
            if (module != "builtins" && CodeGate.FindRefused(code) is not null)
            {
                code = PythonError.Check(PythonCall.Invoke(ModuleViews.Current.MendCopy, name.Pointer));
                if (CodeGate.FindRefused(code) is { } refused)
                {
                    throw new RlmException($"its source uses '{refused.Name}', which sessions may not have");
                }
            }

            return ((nint)code, isPackage);
        }
    }
}
