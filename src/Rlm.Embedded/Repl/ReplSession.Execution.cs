using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Compiles and runs code.</content>
internal sealed unsafe partial class ReplSession
{
    private CellError? ExecuteGuarded(string source)
    {
        try
        {
            CellError? error = Execute(source);
            RestoreScaffold();
            _variables.Look(_globals);
            return error;
        }
        catch (PythonException exception)
        {
            // The engine's own calls met the limit that the cell had met.
            PyErr_Clear();
            _isOutOfMemory = exception.PythonType == "MemoryError";
            return new CellError(exception.PythonType ?? "RuntimeError", exception.Message, null, exception.Message + "\n");
        }
        catch (OutOfMemoryException)
        {
            PyErr_Clear();
            _isOutOfMemory = true;
            return new CellError("MemoryError", "the process has no memory left for this cell", null, "MemoryError\n");
        }
    }

    private CellError? Execute(string source)
    {
        if (source.Length > _options.Limits.SourceCharacters)
        {
            return new CellError(
                "SyntaxError",
                $"the cell has {source.Length:N0} characters; a cell may have {_options.Limits.SourceCharacters:N0}. Keep data in variables, not in source.",
                null,
                "")
            {
                NothingRan = true,
            };
        }

        string file = $"<cell {++_cells}>";
        _sources.Enqueue((file, source));
        if (_sources.Count > SourcesKept)
        {
            _sources.Dequeue();
        }

        _awaits |= source.Contains("await", StringComparison.Ordinal);
        using Owned name = new(PythonError.Check(PyText.ToPython(file)));
        using Owned code = new(Compile(source, name.Pointer));
        if (code.IsNull)
        {
            return TakeError() is { } unread ? unread with { NothingRan = true } : null;
        }

        if (_restricted && !SandboxLayers.IsOff("code-gate") && CodeGate.FindRefused(code.Pointer) is { } refused)
        {
            return Refused(refused);
        }

        if (_restricted && _awaits && source.Contains("asyncio", StringComparison.Ordinal) && !ModuleGate.Load(this, "asyncio"))
        {
            return TakeError();
        }

        GiveBuiltins(_globals);
        using Owned result = new(PyEval_EvalCode(code.Pointer, _globals, _globals));
        if (result.IsNull || (result.Pointer != Py_None && !Drive(result.Pointer)) || !ShowValue())
        {
            return TakeError();
        }

        if (!CheckAnswer())
        {
            CellError? failed = TakeError();
            ResetAnswer();
            return failed;
        }

        return null;
    }

    private static CellError Refused(RefusedName refused) =>
        new("PermissionError", refused.Message, refused.Line, $"PermissionError: {refused.Message}\n") { NothingRan = true };

    private PyObject* Compile(string source, PyObject* file)
    {
        int valueAt = LastExpression.Find(source);
        if (valueAt >= 0)
        {
            PyObject* code = Compiler.Compile(source, valueAt, file, _minor);
            if (code != null)
            {
                return code;
            }

            PyErr_Clear();
        }

        return Compiler.Compile(source, -1, file, _minor);
    }

    /// <summary>A cell with top-level await evaluates to a coroutine.</summary>
    private bool Drive(PyObject* coroutine)
    {
        using Owned done = new(PythonCall.Invoke(_prelude.Drive, coroutine));
        return !done.IsNull;
    }

    private bool ShowValue()
    {
        PyObject* value = PyDict_GetItemWithError(_globals, _valueName);
        if (value == null)
        {
            return true;
        }

        using Owned kept = new Borrowed(value).Own();
        PythonError.Check(PyDict_DelItem(_globals, _valueName));
        if (value == Py_None)
        {
            return true;
        }

        using Owned text = new(PyObject_Repr(value));
        if (text.IsNull)
        {
            return false;
        }

        _out.Append(text.Pointer);
        _out.Append('\n');
        return true;
    }

    /// <summary>Names of the session's own have their values again, whatever a cell bound or deleted.</summary>
    private void RestoreScaffold() => PythonError.Check(PyDict_Merge(_globals, _scaffold, 1));

    /// <summary>
    /// Makes sure that code which runs in <paramref name="globals"/> finds the session's builtins: where CPython finds none, it takes its own. A key that is no
    /// plain <c>str</c> may equal <c>"__builtins__"</c> when asked once and not when asked again, so there must be none.
    /// </summary>
    private void GiveBuiltins(PyObject* globals)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            // What is dropped may run code that puts such keys, or other builtins, back.
            DropReplaced();
            if (HasOddKeys(globals))
            {
                RemoveOddKeys(globals);
                continue;
            }

            // From here on no code of the session runs: what stood there lives on until the next time.
            PyObject* before = PyDict_GetItemWithError(globals, _builtinsName);
            if (before != _builtins)
            {
                Py_IncRef(before == null ? Py_None : before);
                _replaced = before == null ? Py_None : before;
                PythonError.Check(PyDict_SetItem(globals, _builtinsName, _builtins));
            }

            return;
        }

        PythonError.Raise(PythonRuntime.Current!.ExceptionType("RuntimeError"), "globals() has keys that are no plain str and come back when they are removed");
        throw PythonError.TakeAsException();
    }

    private void DropReplaced()
    {
        PyObject* replaced = _replaced;
        _replaced = null;
        if (replaced != null)
        {
            Py_DecRef(replaced);
        }
    }

    private static bool HasOddKeys(PyObject* globals)
    {
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(globals, &position, &key, &value) != 0)
        {
            if (key->Type != PyUnicode_Type)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes entries whose key is no plain <c>str</c>. To be looked up they would be asked for their hash, and could lie.</summary>
    private static void RemoveOddKeys(PyObject* globals)
    {
        using Owned plain = new(PythonError.Check(PyDict_New()));
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(globals, &position, &key, &value) != 0)
        {
            if (key->Type == PyUnicode_Type)
            {
                PythonError.Check(PyDict_SetItem(plain.Pointer, key, value));
            }
        }

        PyDict_Clear(globals);
        position = 0;
        while (PyDict_Next(plain.Pointer, &position, &key, &value) != 0)
        {
            PythonError.Check(PyDict_SetItem(globals, key, value));
        }
    }
}
