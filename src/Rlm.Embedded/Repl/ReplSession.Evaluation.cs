using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Code that a restricted session's code makes from text: <c>eval</c>, <c>exec</c>, <c>compile</c>, annotations.</content>
internal sealed unsafe partial class ReplSession
{
    /// <summary><c>eval</c> and <c>exec</c> of restricted sessions: of text only, through the same gate, with the session's builtins.</summary>
    public PyObject* Evaluate(HostArguments arguments, bool execute)
    {
        string function = execute ? "exec" : "eval";
        if (!arguments.Fit(function, 1, ["source", "globals", "locals"]))
        {
            return null;
        }

        PyObject* source = arguments.Get(0, "source");
        using Owned read = new(source->Type == (PyTypeObject*)_prelude.Compiled ? PartOf(source, "_source") : null);
        using Owned name = new(read.IsNull ? PythonError.Check(PyText.ToPython("<string>")) : PartOf(source, "_file"));
        if (!read.IsNull)
        {
            using Owned mode = new(PartOf(source, "_mode"));
            execute = PyText.Is(mode.Pointer) && PyText.ToManaged(mode.Pointer) == "exec";
            source = read.Pointer;
        }

        if (!PyText.Is(source) || !PyText.Is(name.Pointer))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{function}() needs source text in this session, or what compile() gave");
        }

        PyObject* globals = arguments.Get(1, "globals");
        PyObject* locals = arguments.Get(2, "locals");
        if (!GuardedAttributes.IsGuestRunning())
        {
            // Its scope, and what CPython takes for builtins, would be those of the library function that calls.
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("RuntimeError"), $"{function}() is to be called by the session's own code");
        }

        if (globals == null || globals == Py_None)
        {
            globals = PyEval_GetGlobals();
            locals = locals == null || locals == Py_None ? PyEval_GetLocals() : locals;
        }

        if (globals == null || (globals->Type->Flags & PyTypeObject.DictSubclass) == 0)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{function}() globals must be a dict");
        }

        Put(globals, "__builtins__", _builtins);
        using Owned code = new(Read(source, name.Pointer, execute));
        return code.IsNull ? null : PyEval_EvalCode(code.Pointer, globals, locals == null || locals == Py_None ? globals : locals);
    }

    /// <summary><c>compile</c> of restricted sessions: the text, once it has been read. A code object would lead to functions with any globals.</summary>
    public PyObject* CompileText(HostArguments arguments)
    {
        if (!arguments.Fit("compile", 3, ["source", "filename", "mode", "flags", "dont_inherit", "optimize"]))
        {
            return null;
        }

        PyObject* source = arguments.Get(0, "source");
        PyObject* file = arguments.Get(1, "filename");
        PyObject* mode = arguments.Get(2, "mode");
        if (!PyText.Is(source) || !PyText.Is(file) || !PyText.Is(mode))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), "compile() takes source text, a file name and a mode, all str, in this session; ast.unparse(tree) makes text of a tree");
        }

        string how = PyText.ToManaged(mode);
        if (how is not ("exec" or "eval"))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ValueError"), "compile() mode must be 'exec' or 'eval' in this session");
        }

        if (arguments.Get(3, "flags") is var flags && flags != null && PyObject_IsTrue(flags) != 0)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("ValueError"), "compile() takes no flags in this session; ast.parse(text) gives a tree");
        }

        using Owned code = new(Read(source, file, how == "exec"));
        if (code.IsNull)
        {
            return null;
        }

        PyObject** parts = stackalloc PyObject*[3] { source, file, mode };
        return PythonCall.Invoke(_prelude.Compiled, parts, 3, null);
    }

    /// <summary>The value of an annotation that is text, with a function's globals or the session's.</summary>
    public PyObject* EvaluateHint(PyObject* text, PyObject* globals, PyObject* locals)
    {
        globals = globals == Py_None ? _globals : globals;
        if (!PyText.Is(text) || (globals->Type->Flags & PyTypeObject.DictSubclass) == 0)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), "annotations are evaluated from text, with a dict of globals");
        }

        using Owned file = new(PythonError.Check(PyText.ToPython("<annotation>")));
        using Owned code = new(Read(text, file.Pointer, execute: false));
        if (code.IsNull)
        {
            return null;
        }

        GiveBuiltins(globals);
        return PyEval_EvalCode(code.Pointer, globals, locals == Py_None ? globals : locals);
    }

    /// <summary>A function of the session's with other code, which has passed the gate too; None where its names are not the session's own.</summary>
    /// <param name="function">The function. Its defaults are the new one's.</param>
    /// <param name="code">The code.</param>
    /// <param name="cells">Those of the closure, a tuple.</param>
    public PyObject* Remake(PyObject* function, PyObject* code, PyObject* cells)
    {
        if (PyFunction_GetGlobals(function) != _globals)
        {
            Py_IncRef(Py_None);
            return Py_None;
        }

        if (!SandboxLayers.IsOff("code-gate") && CodeGate.FindRefused(code) is { } refused)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("PermissionError"), refused.Message);
        }

        // A function takes the builtins that it finds there; where there are none, those of the library's code that calls.
        GiveBuiltins(_globals);
        using Owned made = new(PythonError.Check(PyFunction_New(code, _globals)));
        PyObject* defaults = PyFunction_GetDefaults(function);
        PyObject* named = PyFunction_GetKwDefaults(function);
        PythonError.Check(PyFunction_SetDefaults(made.Pointer, defaults == null ? Py_None : defaults));
        PythonError.Check(PyFunction_SetKwDefaults(made.Pointer, named == null ? Py_None : named));
        PythonError.Check(PyFunction_SetClosure(made.Pointer, PyTuple_Size(cells) == 0 ? Py_None : cells));
        return made.Release();
    }

    /// <summary>Compiled text that has passed the gate; null with an exception pending.</summary>
    private PyObject* Read(PyObject* source, PyObject* file, bool execute)
    {
        PyObject* code = Compiler.CompilePart(PyText.ToManaged(source), file, _minor, execute);
        if (code == null || SandboxLayers.IsOff("code-gate") || CodeGate.FindRefused(code) is not { } refused)
        {
            return code;
        }

        Py_DecRef(code);
        return PythonError.Raise(PythonRuntime.Current!.ExceptionType("PermissionError"), refused.Message);
    }

    private static PyObject* PartOf(PyObject* compiled, string part)
    {
        using Owned name = new(PythonError.Check(PyText.ToPython(part)));
        return PythonError.Check(PyObject_GetAttr(compiled, name.Pointer));
    }
}
