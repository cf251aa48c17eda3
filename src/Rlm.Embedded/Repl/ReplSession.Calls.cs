using System.Diagnostics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>What the cell calls: output, sub-calls, answers.</content>
internal sealed unsafe partial class ReplSession
{
    private PyObject* _outTarget;
    private PyObject* _errorTarget;

    /// <summary><c>eval</c> and <c>exec</c> of restricted sessions: of text only, through the same gate, with the session's builtins.</summary>
    public PyObject* Evaluate(HostArguments arguments, bool execute)
    {
        string function = execute ? "exec" : "eval";
        if (!arguments.Fit(function, 1, ["source", "globals", "locals"]))
        {
            return null;
        }

        PyObject* source = arguments.Get(0, "source");
        if (!PyText.Is(source))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{function}() needs source text in this session");
        }

        PyObject* globals = arguments.Get(1, "globals");
        PyObject* locals = arguments.Get(2, "locals");
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
        using Owned file = new(PythonError.Check(PyText.ToPython("<string>")));
        using Owned code = new(Compiler.CompilePart(PyText.ToManaged(source), file.Pointer, _minor, execute));
        if (code.IsNull)
        {
            return null;
        }

        if (!SandboxLayers.IsOff("code-gate") && CodeGate.FindRefused(code.Pointer) is { } refused)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("PermissionError"), NameRule.Refusal(refused));
        }

        return PyEval_EvalCode(code.Pointer, globals, locals == null || locals == Py_None ? globals : locals);
    }

    /// <summary>Sends what is printed to another object; gives back where it went before.</summary>
    public PyObject* Redirect(HostArguments arguments)
    {
        bool error = PyText.ToManaged(arguments[0]) == "stderr";
        PyObject* target = arguments[1] == Py_None ? null : arguments[1];
        if (target != null)
        {
            Py_IncRef(target);
        }

        ref PyObject* slot = ref error ? ref _errorTarget : ref _outTarget;
        PyObject* before = slot;
        slot = target;
        if (before == null)
        {
            before = Py_None;
            Py_IncRef(before);
        }

        return before;
    }

    /// <summary><c>print</c>. While sys.stdout is the session's own, text goes straight to the buffer.</summary>
    public PyObject* Print(HostArguments arguments)
    {
        if (arguments.Named == 0 && _outTarget == null)
        {
            if (IsOwnStream("stdout"u8, _prelude.StandardOut))
            {
                return PrintPlain(arguments, " ", "\n");
            }
        }

        return PrintNamed(arguments);
    }

    /// <summary><c>write</c> of sys.stdout and sys.stderr.</summary>
    public static PyObject* Write(HostArguments arguments, bool error)
    {
        PyObject* text = arguments.Positional == 1 ? arguments[0] : null;
        if (text == null || !PyText.Is(text))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), "write() needs one str");
        }

        if (PythonThread.Current?.Tenant is ReplSession session)
        {
            PyObject* target = error ? session._errorTarget : session._outTarget;
            if (target != null)
            {
                return WriteTo(target, text);
            }

            OutputBuffer buffer = error ? session._error : session._out;
            buffer.Append(text);
            session.CheckOutput();
        }
        else
        {
            // A thread that the cell started (Trusted only) belongs to no session.
            Console.Error.Write(PyText.ToManaged(text));
        }

        return PyLong_FromLongLong(PyUnicode_GetLength(text));
    }

    /// <summary><c>llm_query</c>, <c>rlm_query</c>.</summary>
    public PyObject* Query(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!arguments.Fit(function, 1, ["prompt", "model"]) || !TryText(arguments.Get(0, "prompt"), out string prompt)
            || !TryModel(arguments, out string? model))
        {
            return null;
        }

        SubCall call = new(kind, prompt, model);
        string? reply = Ask(
            static (handler, state, token) => handler.CallAsync(state, token),
            call,
            static exception => ErrorText(exception));
        if (reply is null)
        {
            return null;
        }

        PyObject* text = PyText.ToPython(reply);
        return _awaits ? Awaitable(_prelude.Reply, text) : text;
    }

    /// <summary><c>llm_query_batched</c>, <c>rlm_query_batched</c>.</summary>
    public PyObject* QueryBatch(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!arguments.Fit(function, 1, ["prompts", "model"]) || !TryModel(arguments, out string? model))
        {
            return null;
        }

        PyObject* prompts = arguments.Get(0, "prompts");
        if (PyText.Is(prompts))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{function}() needs a list of prompts, not one str");
        }

        using Owned list = new(PySequence_List(prompts));
        if (list.IsNull)
        {
            return null;
        }

        SubCall[] calls = new SubCall[PyList_Size(list.Pointer)];
        for (int i = 0; i < calls.Length; i++)
        {
            if (!TryText(PyList_GetItem(list.Pointer, i), out string prompt))
            {
                return null;
            }

            calls[i] = new SubCall(kind, prompt, model);
        }

        IReadOnlyList<string>? replies = Ask(
            static (handler, state, token) => handler.CallBatchAsync(state, token),
            calls,
            exception => [.. Enumerable.Repeat(ErrorText(exception), calls.Length)]);
        if (replies is null)
        {
            return null;
        }

        Owned result = new(PyList_New(replies.Count));
        for (int i = 0; i < replies.Count && !result.IsNull; i++)
        {
            PyObject* text = PyText.ToPython(replies[i]);
            if (text == null)
            {
                result.Dispose();
                break;
            }

            _ = PyList_SetItem(result.Pointer, i, text);
        }

        return _awaits && !result.IsNull ? Awaitable(_prelude.Replies, result.Release()) : result.Release();
    }

    /// <summary><c>FINAL</c>. The first answer of a cell stands.</summary>
    public PyObject* Final(HostArguments arguments)
    {
        if (!arguments.Fit("FINAL", 1, ["value"]))
        {
            return null;
        }

        return Answer(arguments.Get(0, "value"));
    }

    /// <summary><c>FINAL_VAR</c>: takes the name of a variable, or its value as models often write.</summary>
    public PyObject* FinalVar(HostArguments arguments)
    {
        if (!arguments.Fit("FINAL_VAR", 1, ["name"]))
        {
            return null;
        }

        PyObject* name = arguments.Get(0, "name");
        if (!PyText.Is(name))
        {
            return Answer(name);
        }

        PyObject* value = Lookup(name);
        if (value != null)
        {
            return Answer(value);
        }

        string text = PyText.ToManaged(name);
        if (!IsIdentifier(text) || IsValueOfVariable(name))
        {
            return Answer(name);
        }

        _variables.Look(_globals);
        string known = _variables.Variables.Count == 0
            ? "There are no variables yet"
            : $"The variables are: {string.Join(", ", _variables.Variables.Select(variable => variable.Name))}";
        return PyText.ToPython($"Error: there is no variable '{text}'. {known}. Give FINAL_VAR one of them, or FINAL a value.");
    }

    /// <summary><c>SHOW_VARS</c>.</summary>
    public PyObject* ShowVars(HostArguments arguments)
    {
        if (!arguments.Fit("SHOW_VARS", 0, []))
        {
            return null;
        }

        _variables.Look(_globals);
        IEnumerable<string> lines = _variables.Variables.Select(variable => $"{variable.Name}: {variable.Type}");
        return PyText.ToPython(string.Join('\n', _given.Select(given => $"{given.Key}: {given.Value}").Concat(lines)));
    }

    /// <summary>True when a variable holds this very object: <c>FINAL_VAR(x)</c>, not <c>FINAL_VAR("typo")</c>.</summary>
    private bool IsValueOfVariable(PyObject* value)
    {
        nint position = 0;
        PyObject* key, other;
        while (PyDict_Next(_globals, &position, &key, &other) != 0)
        {
            if (other == value)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => c == '_' || char.IsLetterOrDigit(c));

    private static string ErrorText(Exception exception) => "Error: " + exception.Message;

    private static PyObject* Awaitable(PyObject* type, PyObject* value)
    {
        using Owned plain = new(value);
        return plain.IsNull ? null : PythonCall.Invoke(type, plain.Pointer);
    }

    private bool TryText(PyObject* value, out string text)
    {
        text = "";
        if (PyText.Is(value))
        {
            // The copy is the host's, but it is the cell that makes it.
            if (PyUnicode_GetLength(value) * sizeof(char) > MemoryQuota.Left(_account))
            {
                _thread.Interrupts.NoteMemory();
                _ = PyErr_NoMemory();
                return false;
            }

            text = PyText.ToManaged(value);
            return true;
        }

        using Owned shown = new(PyObject_Str(value));
        if (shown.IsNull)
        {
            return false;
        }

        text = PyText.ToManaged(shown.Pointer);
        return true;
    }

    private bool TryModel(HostArguments arguments, out string? model)
    {
        model = null;
        PyObject* value = arguments.Get(1, "model");
        if (value == null || value == Py_None)
        {
            return true;
        }

        bool read = TryText(value, out string name);
        model = name;
        return read;
    }

    private static PyObject* WriteTo(PyObject* target, PyObject* text)
    {
        fixed (byte* name = "write"u8)
        {
            using Owned write = new(PyObject_GetAttrString(target, name));
            return write.IsNull ? null : PythonCall.Invoke(write.Pointer, text);
        }
    }

    private static bool IsOwnStream(ReadOnlySpan<byte> name, PyObject* own)
    {
        fixed (byte* text = name)
        {
            return PySys_GetObject(text) == own;
        }
    }

    private PyObject* PrintPlain(HostArguments arguments, string separator, string end)
    {
        for (nint i = 0; i < arguments.Positional; i++)
        {
            if (i > 0)
            {
                _out.Append(separator);
            }

            PyObject* value = arguments[i];
            if (value->Type == PyUnicode_Type)
            {
                _out.Append(value);
                continue;
            }

            using Owned text = new(PyObject_Str(value));
            if (text.IsNull)
            {
                return null;
            }

            _out.Append(text.Pointer);
        }

        _out.Append(end);
        CheckOutput();
        Py_IncRef(Py_None);
        return Py_None;
    }

    private PyObject* PrintNamed(HostArguments arguments)
    {
        if (_outTarget == null && arguments.Get(-1, "file") is var file && (file == null || file == Py_None || file == _prelude.StandardOut)
            && IsOwnStream("stdout"u8, _prelude.StandardOut)
            && TryOption(arguments, "sep", " ", out string separator) && TryOption(arguments, "end", "\n", out string end)
            && OnlyKnown(arguments))
        {
            return PrintPlain(arguments, separator, end);
        }

        return arguments.Forward(_prelude.RealPrint);
    }

    private static bool OnlyKnown(HostArguments arguments)
    {
        int known = 0;
        foreach (string name in (ReadOnlySpan<string>)["file", "sep", "end", "flush"])
        {
            known += arguments.Get(-1, name) == null ? 0 : 1;
        }

        return known == arguments.Named;
    }

    private static bool TryOption(HostArguments arguments, string name, string otherwise, out string text)
    {
        PyObject* value = arguments.Get(-1, name);
        text = otherwise;
        if (value == null || value == Py_None)
        {
            return true;
        }

        if (!PyText.Is(value))
        {
            return false;
        }

        text = PyText.ToManaged(value);
        return true;
    }

    private void CheckOutput()
    {
        if (_out.Written + _error.Written > _options.Limits.OutputTotal)
        {
            _thread.Interrupts.Request(_thread.Interrupts.Run, InterruptReason.Output);
        }
    }

    private PyObject* Answer(PyObject* value)
    {
        if (value == _answer)
        {
            using Owned content = new(PythonError.Check(PyText.ToPython("content")));
            PyObject* draft = PyDict_GetItemWithError(value, content.Pointer);
            value = draft == null ? value : draft;
        }

        _final ??= Render(value);
        Py_IncRef(Py_None);
        return Py_None;
    }

    /// <summary>
    /// Calls the host without the GIL and with the clock stopped. Null with an exception pending when the cell is to end.
    /// </summary>
    private TReply? Ask<TState, TReply>(
        Func<ISubCallHandler, TState, CancellationToken, ValueTask<TReply>> call, TState state, Func<Exception, TReply> failed)
        where TReply : class
    {
        if (_options.SubCalls is not { } handler)
        {
            return failed(new RlmException("this session has no model to ask."));
        }

        long start = Stopwatch.GetTimestamp();
        _thread.Interrupts.Pause();
        TReply? reply = null;
        using (PythonThread.ReleaseGil())
        {
            try
            {
                reply = (_thread.IsConfined
                    ? new HandedCall<TReply>(() => call(handler, state, _cancellation)).Run(_cancellation)
                    : Wait(call(handler, state, _cancellation)))
                    ?? failed(new RlmException("the sub-call gave no text."));
            }
            catch (OperationCanceledException)
            {
                // Not an answer: it ends the cell, below.
            }
            catch (Exception exception)
            {
                reply = failed(exception);
            }
        }

        _thread.Interrupts.Resume();
        _subCallTicks += Stopwatch.GetTimestamp() - start;
        if (reply is null)
        {
            _thread.Interrupts.Request(_thread.Interrupts.Run, InterruptReason.Cancelled);
            PyErr_SetNone(Interrupts.ExceptionType);
        }

        return reply;
    }

    private TReply Wait<TReply>(ValueTask<TReply> pending)
    {
        if (pending.IsCompletedSuccessfully)
        {
            return pending.Result;
        }

        // A handler that ignores the token must not hold the cell.
        Task<TReply> task = pending.AsTask();
        if (!task.IsCompleted)
        {
            Task.WaitAny([task], _cancellation);
        }

        return task.GetAwaiter().GetResult();
    }
}
