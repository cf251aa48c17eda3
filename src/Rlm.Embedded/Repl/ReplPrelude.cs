using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>The functions of runtime_prelude.py, and the streams and builtins that all sessions share. One per interpreter.</summary>
internal sealed unsafe class ReplPrelude
{
    private static ReplPrelude? s_current;

    private readonly int _minor;
    private readonly PyObject* _trustedBuiltins;
    private readonly PyObject* _restrictedBuiltins;

    private ReplPrelude(PythonRuntime runtime)
    {
        _minor = runtime.Installation.Version!.Minor;
        using Owned module = new(PythonError.Check(PyDict_New()));
        using Owned builtins = Import("builtins");
        using Owned builtinsDict = new(Attribute(builtins.Pointer, "__dict__"));
        Set(module.Pointer, "__builtins__", builtins.Pointer);
        using Owned name = new(PyText.ToPython("rlm_prelude"));
        Set(module.Pointer, "__name__", name.Pointer);
        using Owned code = new(PythonError.Check(Compiler.Compile(ReadSource("runtime_prelude.py"), Compiler.OwnFile, runtime.Installation.Version!.Minor)));
        CodeGate.Prepare(code.Pointer);
        using Owned done = new(PythonError.Check(PyEval_EvalCode(code.Pointer, module.Pointer, module.Pointer)));
        FormatError = Take(module.Pointer, "format_error");
        StoppedLine = Take(module.Pointer, "stopped_line");
        Render = Take(module.Pointer, "render");
        FinalText = Take(module.Pointer, "final_text");
        Draft = Take(module.Pointer, "draft");
        ParseJson = Take(module.Pointer, "parse_json");
        Measure = Take(module.Pointer, "measure");
        Drive = Take(module.Pointer, "drive");
        AfterStop = Take(module.Pointer, "after_stop");
        Reply = Take(module.Pointer, "Reply");
        Replies = Take(module.Pointer, "Replies");
        Record = Take(module.Pointer, "Record");
        Compiled = Take(module.Pointer, "Compiled");
        RealPrint = Attribute(builtins.Pointer, "print");
        RealImport = Attribute(builtins.Pointer, "__import__");
        FunctionText.Install(RealPrint->Type);
        StandardOut = Stream(module.Pointer, "<stdout>", HostFunctions.WriteOut);
        StandardError = Stream(module.Pointer, "<stderr>", HostFunctions.WriteError);
        PyObject* sessionBuiltins = Take(module.Pointer, "session_builtins");
        _trustedBuiltins = Call(sessionBuiltins, Py_True);
        _restrictedBuiltins = Call(sessionBuiltins, Py_False);
        GuardedAttributes.Prepare(builtinsDict.Pointer, runtime.ExceptionType("AttributeError"));
        using Owned abstractClasses = Import("abc");
        TypeGuard.Install(runtime.ExceptionType("TypeError"), builtinsDict.Pointer, Attribute(abstractClasses.Pointer, "ABCMeta"));
        SlotGuard.Install(Attribute(builtins.Pointer, "object"), Attribute(builtins.Pointer, "property"), runtime.ExceptionType("TypeError"));
        using Owned operators = Import("operator");
        NamesByText.Install(
            (PyTypeObject*)Attribute(operators.Pointer, "attrgetter"), (PyTypeObject*)Attribute(operators.Pointer, "methodcaller"), runtime.ExceptionType("TypeError"), runtime.ExceptionType("AttributeError"));
        Views = RunViews(runtime, builtins.Pointer, module.Pointer);
        using Owned contained = new(Call(Take(Views, "contain_codecs")));
        using Owned alsoContained = new(Call(Take(Views, "contain_imports")));
        using Owned containedImport = new(Attribute(builtins.Pointer, "__import__"));
        Set(_trustedBuiltins, "__import__", containedImport.Pointer);
        Guard(runtime, Views, builtinsDict.Pointer);
        foreach (HostFunction function in (ReadOnlySpan<HostFunction>)
            [
                GuestBuiltins.GetAttribute, GuestBuiltins.HasAttribute, GuestBuiltins.SetAttribute, GuestBuiltins.DeleteAttribute, GuestBuiltins.Iterate,
                GuestBuiltins.Vars, GuestBuiltins.Directory, GuestBuiltins.Globals, GuestBuiltins.Locals,
            ])
        {
            using Owned guarded = new(function.Bind(null));
            Set(_restrictedBuiltins, function.Name, guarded.Pointer);
        }

        foreach (string own in (ReadOnlySpan<string>)["Reply", "Replies", "Record", "BaseStream", "NoInput", "Compiled"])
        {
            GuardedAttributes.Freeze((PyTypeObject*)Take(module.Pointer, own), on: true);
        }

        GuardedAttributes.Freeze(StandardOut->Type, on: true);
        GuardedAttributes.Freeze(StandardError->Type, on: true);
        ShareFunctions(_restrictedBuiltins);
        Environment = Take(module.Pointer, "environment");
        using Owned hidden = new(Call(Environment, Py_False));
        Install("stdout", StandardOut);
        Install("stderr", StandardError);
        using Owned noInput = new(Call(Take(module.Pointer, "NoInput")));
        GuardedAttributes.Freeze(StandardOut->Type, true);
        GuardedAttributes.Freeze(StandardOut->Type->Base, true);
        GuardedAttributes.Freeze(StandardError->Type, true);
        GuardedAttributes.Freeze(noInput.Pointer->Type, true);
        GuardedAttributes.Freeze((PyTypeObject*)Reply, true);
        GuardedAttributes.Freeze((PyTypeObject*)Replies, true);
        GuardedAttributes.Freeze((PyTypeObject*)Record, true);
        Install("stdin", noInput.Pointer);
        Install("unraisablehook", Take(module.Pointer, "unraisable"));
        using Owned system = Import("sys");
        AuditHook.Prove(Attribute(system.Pointer, "audit"));
        using Owned argv = new(PythonError.Check(PyList_New(0)));
        Install("argv", argv.Pointer);
    }

    public PyObject* FormatError { get; }

    public PyObject* StoppedLine { get; }

    public PyObject* Render { get; }

    public PyObject* FinalText { get; }

    /// <summary>An <c>answer</c> whose content is the text that <c>FINAL</c> would make of it.</summary>
    public PyObject* Draft { get; }

    /// <summary>Makes the value of a JSON text.</summary>
    public PyObject* ParseJson { get; }

    /// <summary>Says what a JSON value is: type, types of its elements, keys, lengths.</summary>
    public PyObject* Measure { get; }

    public PyObject* Drive { get; }

    public PyObject* AfterStop { get; }

    public PyObject* Reply { get; }

    /// <summary>The namespace of module_views.py.</summary>
    public PyObject* Views { get; }

    /// <summary>Shows the process's environment variables to Python, or hides them.</summary>
    public PyObject* Environment { get; }

    public PyObject* Replies { get; }

    public PyObject* Record { get; }

    /// <summary>The class of what <c>compile</c> gives in restricted sessions.</summary>
    public PyObject* Compiled { get; }

    public PyObject* RealPrint { get; }

    public PyObject* RealImport { get; }

    public PyObject* StandardOut { get; }

    public PyObject* StandardError { get; }

    /// <summary>The prelude of the running interpreter.</summary>
    public static ReplPrelude Current => Volatile.Read(ref s_current)
        ?? throw new RlmException("The prelude has not been loaded: PythonRuntime.Start was called without it.");

    /// <summary>Runs the prelude. Called once, while the interpreter starts, with the GIL.</summary>
    public static void Load(PythonRuntime runtime) => Volatile.Write(ref s_current, new ReplPrelude(runtime));

    /// <summary>A new dict of builtins for one session.</summary>
    public PyObject* NewBuiltins(SandboxProfile profile) =>
        PythonError.Check(PyDict_Copy(profile == SandboxProfile.Trusted ? _trustedBuiltins : _restrictedBuiltins));

    /// <summary>A function of the namespace of the views.</summary>
    public PyObject* TakeView(string name) => Take(Views, name);

    /// <summary>Runs one of the sources in a namespace.</summary>
    public void Run(PyObject* module, string source)
    {
        using Owned code = new(PythonError.Check(Compiler.Compile(ReadSource(source), Compiler.OwnFile, _minor)));
        using Owned done = new(PythonError.Check(PyEval_EvalCode(code.Pointer, module, module)));
    }

    private PyObject* RunViews(PythonRuntime runtime, PyObject* builtins, PyObject* prelude)
    {
        PyObject* module = PythonError.Check(PyDict_New());
        Set(module, "__builtins__", builtins);
        using Owned name = new(PyText.ToPython("rlm_module_views"));
        Set(module, "__name__", name.Pointer);
        Run(module, "module_views.py");
        Run(module, "type_mends.py");
        using Owned host = new(Take(module, "HOST"));
        SetAttribute(host.Pointer, "format_error", FormatErrorOf(prelude));
        SetAttribute(host.Pointer, "session_stop", Take(prelude, "_stop"));
        SetAttribute(host.Pointer, "shown_file", Take(prelude, "shown_file"));
        SetAttribute(host.Pointer, "cell_loop", Take(prelude, "cell_loop"));
        SetAttribute(host.Pointer, "freeze", HostFunctions.Freeze.Bind(null));
        SetAttribute(host.Pointer, "seal", SlotMends.Seal.Bind(null));
        SetAttribute(host.Pointer, "mend_signals", SlotMends.Signals.Bind(null));
        SetAttribute(host.Pointer, "mend_memoryview", SlotMends.Memoryview.Bind(null));
        SetAttribute(host.Pointer, "mend_bytearray", SlotMends.Bytearray.Bind(null));
        SetAttribute(host.Pointer, "mend_element", SlotMends.Element.Bind(null));
        SetAttribute(host.Pointer, "is_refused", HostFunctions.IsRefused.Bind(null));
        SetAttribute(host.Pointer, "share", HostFunctions.Share.Bind(null));
        SetAttribute(host.Pointer, "own", HostFunctions.Own.Bind(null));
        SetAttribute(host.Pointer, "is_shared", HostFunctions.IsShared.Bind(null));
        SetAttribute(host.Pointer, "is_restricted", HostFunctions.IsRestricted.Bind(null));
        SetAttribute(host.Pointer, "session_builtins", HostFunctions.SessionBuiltins.Bind(null));
        SetAttribute(host.Pointer, "evaluate", HostFunctions.EvaluateHint.Bind(null));
        SetAttribute(host.Pointer, "load_codec", HostFunctions.LoadCodec.Bind(null));
        SetAttribute(host.Pointer, "is_readable", HostFunctions.IsReadable.Bind(null));
        SetAttribute(host.Pointer, "cell_source", HostFunctions.CellSource.Bind(null));
        SetAttribute(host.Pointer, "load_module", HostFunctions.LoadModule.Bind(null));
        SetAttribute(host.Pointer, "is_confined", HostFunctions.IsConfined.Bind(null));
        SetAttribute(host.Pointer, "find_module", HostFunctions.FindModule.Bind(null));
        SetAttribute(host.Pointer, "sees_packages", HostFunctions.SeesPackages.Bind(null));
        SetAttribute(host.Pointer, "hold_interrupts", HostFunctions.HoldInterrupts.Bind(null));
        SetAttribute(host.Pointer, "count_arrays", HostFunctions.CountArrays.Bind(null));
        SetAttribute(host.Pointer, "is_allowed", HostFunctions.IsAllowed.Bind(null));
        SetAttribute(host.Pointer, "load_allowed", HostFunctions.LoadAllowed.Bind(null));
        SetAttribute(host.Pointer, "find_zone", HostFunctions.FindZone.Bind(null));
        SetAttribute(host.Pointer, "remake", HostFunctions.Remake.Bind(null));
        SetAttribute(host.Pointer, "on_host", HostFunctions.OnHost.Bind(null));
        SetAttribute(host.Pointer, "keep", HostFunctions.Keep.Bind(null));
        SetAttribute(host.Pointer, "find_copy", HostFunctions.FindCopy.Bind(null));
        SetAttribute(host.Pointer, "redirect", HostFunctions.Redirect.Bind(null));
        using Owned names = new(Take(module, "LEFT_OUT"));
        ModuleCopies.Prepare(Strings(module, "COPIED"));
        ModuleGate.Prepare(Keys(names.Pointer), Strings(module, "LAZILY_LOADED"), Strings(module, "STATEFUL"));
        return module;
    }

    private static List<object?> Strings(PyObject* module, string name)
    {
        using Owned list = new(PythonError.Check(PySequence_List(Take(module, name))));
        return (List<object?>)PyValues.ToManaged(list.Pointer)!;
    }

    private static PyObject* FormatErrorOf(PyObject* prelude) => Take(prelude, "format_error");

    private static void ShareFunctions(PyObject* dict)
    {
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(dict, &position, &key, &value) != 0)
        {
            if (value->Type == PyFunction_Type)
            {
                TypeGuard.Share(value);
            }
        }
    }

    private static List<string> Keys(PyObject* dict)
    {
        List<string> keys = [];
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(dict, &position, &key, &value) != 0)
        {
            keys.Add(PyText.ToManaged(key));
        }

        return keys;
    }

    /// <summary>Lays the guards over the builtin types.</summary>
    private static void Guard(PythonRuntime runtime, PyObject* views, PyObject* builtins)
    {
        using Owned guarded = new(Call(Take(views, "guarded")));
        for (nint i = 0; i < PyList_Size(guarded.Pointer); i++)
        {
            PyObject* entry = PyList_GetItem(guarded.Pointer, i);
            GuardedAttributes.Replace((PyTypeObject*)PyTuple_GetItem(entry, 0), PyTuple_GetItem(entry, 1), PyText.ToManaged(PyTuple_GetItem(entry, 2)));
        }

        using Owned dicts = new(Call(Take(views, "instance_dicts")));
        InstanceDicts.Install(dicts.Pointer, runtime.ExceptionType("AttributeError"));
        using Owned mended = new(Call(Take(views, "mend_builtins")));
        using Owned strDict = new(Call(Take(views, "dict_of_str")));
        GuestBuiltins.Install(runtime.Library, builtins, strDict.Pointer, Take(views, "call_until"));
    }

    /// <summary>Gives the reference to <paramref name="owner"/>.</summary>
    private static void SetAttribute(PyObject* owner, string name, PyObject* value)
    {
        using Owned given = new(value);
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PythonError.Check(PyObject_SetAttr(owner, key.Pointer, value));
    }

    private static PyObject* Call(PyObject* callable, PyObject* argument = null) => PythonError.Check(PythonCall.Invoke(callable, argument));

    private static string ReadSource(string name)
    {
        using Stream stream = typeof(ReplPrelude).Assembly.GetManifestResourceStream(name)
            ?? throw new RlmException($"The assembly lacks its resource {name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static PyObject* Stream(PyObject* module, string name, HostFunction write)
    {
        using Owned text = new(PyText.ToPython(name));
        using Owned function = new(write.Bind(null));
        return PythonError.Check(PythonCall.Invoke(Take(module, "Stream"), text.Pointer, function.Pointer));
    }

    private static PyObject* Take(PyObject* module, string name)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PyObject* value = PyDict_GetItemWithError(module, key.Pointer);
        if (value == null)
        {
            throw new RlmException($"runtime_prelude.py lacks '{name}'.");
        }

        Py_IncRef(value);
        return value;
    }

    private static void Set(PyObject* dict, string name, PyObject* value)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PythonError.Check(PyDict_SetItem(dict, key.Pointer, value));
    }

    private static Owned Import(string name)
    {
        using NativeText text = new(name);
        return new Owned(PythonError.Check(PyImport_ImportModule(text.Pointer)));
    }

    private static PyObject* Attribute(PyObject* value, string name)
    {
        using NativeText text = new(name);
        return PythonError.Check(PyObject_GetAttrString(value, text.Pointer));
    }

    private static void Install(string name, PyObject* value)
    {
        using NativeText text = new(name);
        PythonError.Check(PySys_SetObject(text.Pointer, value));
    }
}
