using System.Diagnostics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// The Python side of one session: its globals, its builtins, its output. Every member runs on the session's thread with the GIL held.
/// </summary>
internal sealed unsafe partial class ReplSession
{
    private const int SourcesKept = 200;

    private static readonly HashSet<string> s_scaffold =
    [
        "context", "llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched", "SHOW_VARS", "FINAL", "FINAL_VAR",
    ];

    private static readonly HashSet<string> s_hidden = [.. s_scaffold, Compiler.ValueName];

    private static readonly HostFunction[] s_restrictedFunctions = [HostFunctions.Import, HostFunctions.Eval, HostFunctions.Exec];

    private readonly PythonThread _thread;
    private readonly bool _restricted;
    private readonly MemoryQuota.Account _account;
    private readonly PyObject* _variableContext;
    private readonly Dictionary<string, nint> _views = new(StringComparer.Ordinal);
    private readonly ReplSessionOptions _options;
    private readonly ReplPrelude _prelude = ReplPrelude.Current;
    private readonly int _minor;
    private readonly int _slot;
    private readonly PyObject* _builtins;
    private readonly PyObject* _globals;
    private readonly PyObject* _valueName;
    private readonly PyObject* _answerName;
    private readonly PyObject* _readyName;
    private readonly PyObject* _builtinsName;
    private readonly PyObject* _contentName;
    private readonly PyObject* _answer;
    private readonly nint[] _scaffoldNames;
    private readonly VariableTracker _variables = new(s_hidden);
    private readonly OutputBuffer _out;
    private readonly OutputBuffer _error;
    private readonly Queue<(string File, string Source)> _sources = [];
    private int _cells;
    private bool _awaits;
    private string? _final;
    private long _subCallTicks;
    private CancellationToken _cancellation;

    /// <summary>Opens a session on the calling Python thread.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="options">What the session starts with.</param>
    /// <param name="context">The value of <c>context</c>; a reference that the session takes over.</param>
    /// <param name="info">What <paramref name="context"/> is.</param>
    public ReplSession(PythonThread thread, ReplSessionOptions options, PyObject* context, ContextInfo info)
    {
        _thread = thread;
        _options = options;
        _restricted = options.Profile != SandboxProfile.Trusted;
        _account = MemoryQuota.Open(options.Limits.Memory, thread.Interrupts);
        _variableContext = PythonError.Check(PyContext_New());
        _minor = PythonRuntime.Current!.Installation.Version!.Minor;
        OutputFlow? flow = options.Output is { } listener ? new OutputFlow(listener) : null;
        Flow = flow;
        _out = new OutputBuffer(options.Limits.OutputCharacters, flow);
        _error = new OutputBuffer(options.Limits.OutputCharacters, flow, isError: true);
        _slot = Sessions.Add(this);
        _builtins = _prelude.NewBuiltins(options.Profile);
        GuardedAttributes.Trust(_builtins, !_restricted);
        _globals = PythonError.Check(PyDict_New());
        _valueName = Interned(Compiler.ValueName);
        _answerName = Interned("answer");
        _readyName = Interned("ready");
        _builtinsName = Interned("__builtins__");
        _contentName = Interned("content");
        _scaffoldNames = [.. s_scaffold.Select(name => (nint)Interned(name))];
        using Owned self = new(PythonError.Check(PyLong_FromLongLong(_slot)));
        foreach (HostFunction function in (ReadOnlySpan<HostFunction>)
            [
                HostFunctions.Print, HostFunctions.LlmQuery, HostFunctions.LlmQueryBatched, HostFunctions.RlmQuery,
                HostFunctions.RlmQueryBatched, HostFunctions.Final, HostFunctions.FinalVar, HostFunctions.ShowVars,
                .. _restricted ? s_restrictedFunctions : [],
            ])
        {
            using Owned bound = new(function.Bind(self.Pointer));
            Put(_builtins, function.Name, bound.Pointer);
        }

        Context = info;
        using Owned taken = new(context);
        Put(_builtins, "context", context);
        _answer = NewAnswer();
        Put(_builtins, "answer", _answer);
        Put(_globals, "__builtins__", _builtins);
        using Owned main = new(PyText.ToPython("__main__"));
        Put(_globals, "__name__", main.Pointer);
    }

    /// <summary>Takes output to who listens; null when nobody does.</summary>
    public OutputFlow? Flow { get; }

    /// <summary>What <c>context</c> is.</summary>
    public ContextInfo Context { get; }

    /// <summary>
    /// The session that a host function was bound to. Not the one whose thread calls: code of one session may run on another's thread,
    /// when the garbage collector closes a generator there.
    /// </summary>
    public static ReplSession Of(PyObject* self)
    {
        int overflow;
        return Sessions.Get((int)PyLong_AsLongLongAndOverflow(self, &overflow))
            ?? throw new RlmException("the session of this function is closed");
    }

    /// <summary>The session whose thread calls.</summary>
    public static ReplSession OfThread() =>
        PythonThread.Current?.Tenant as ReplSession ?? throw new RlmException("this thread serves no session");

    /// <summary>Runs one cell.</summary>
    public CellResult Run(Cell cell, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        _out.Clear();
        _error.Clear();
        _final = null;
        _subCallTicks = 0;
        _cancellation = cancellationToken;
        _variables.Begin();
        int run = Enter(cell.Timeout ?? _options.Limits.CellTimeout);
        CellError? error;
        CellStop stopped;
        using (Cancelling(run, cancellationToken))
        {
            error = ExecuteGuarded(cell.Code);
            bool memory = _thread.Interrupts.MemoryMet && error is { Type: "MemoryError" };
            stopped = ToStop(Leave());
            stopped = stopped == CellStop.None && memory ? CellStop.Memory : stopped;
        }

        if (stopped != CellStop.None)
        {
            using Owned done = new(PythonCall.Invoke(_prelude.AfterStop));
            PyErr_Clear();
            error = Describe(stopped, error, cell);
        }

        return new CellResult
        {
            Stdout = _out.ToString(),
            Stderr = _error.ToString(),
            Error = error,
            FinalAnswer = _final,
            Variables = _variables.Variables,
            NewVariables = _variables.NewVariables,
            SubCallTime = Stopwatch.GetElapsedTime(0, _subCallTicks),
            Elapsed = Stopwatch.GetElapsedTime(start),
            Stopped = stopped,
        };
    }

    /// <summary>A global as the text of a final answer; null when there is none of that name.</summary>
    public string? RenderVariable(string name, CancellationToken cancellationToken)
    {
        int run = Enter(_options.Limits.CellTimeout);
        try
        {
            using (Cancelling(run, cancellationToken))
            {
                using Owned key = new(PythonError.Check(PyText.ToPython(name)));
                PyObject* value = Lookup(key.Pointer);
                return value == null ? null : Render(value);
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The view of a module that keeps state, or null before it is imported. Borrowed.</summary>
    public PyObject* FindView(string module) => (PyObject*)_views.GetValueOrDefault(module);

    /// <summary>Takes over a view.</summary>
    public PyObject* KeepView(string module, PyObject* view)
    {
        _views[module] = (nint)view;
        return view;
    }

    /// <summary>Runs work on the host's Python thread, without the GIL and with the clock stopped.</summary>
    public void RunOnHost(PythonWork work)
    {
        _thread.Interrupts.Pause();
        try
        {
            using (PythonThread.ReleaseGil())
            {
                PythonRuntime.Current!.RunOnHost(work);
            }
        }
        finally
        {
            _thread.Interrupts.Resume();
        }
    }

    /// <summary>Drops everything the session holds. Finalisers of its objects may run.</summary>
    public void Close()
    {
        Enter(TimeSpan.FromSeconds(1));
        PyDict_Clear(_globals);
        PyDict_Clear(_builtins);
        Py_DecRef(_globals);
        GuardedAttributes.Trust(_builtins, on: false);
        Py_DecRef(_builtins);
        Py_DecRef(_answer);
        Py_DecRef(_valueName);
        Py_DecRef(_answerName);
        Py_DecRef(_readyName);
        Py_DecRef(_builtinsName);
        Py_DecRef(_contentName);
        foreach (nint name in _scaffoldNames)
        {
            Py_DecRef((PyObject*)name);
        }

        foreach (nint view in _views.Values)
        {
            Py_DecRef((PyObject*)view);
        }

        PyErr_Clear();
        Leave();
        Py_DecRef(_variableContext);
        MemoryQuota.Close(_account);
        _thread.Tenant = null;
        Sessions.Remove(_slot);
    }

    /// <summary>Opens a run: from here on limits hold, and the kernel of the interpreter knows whose code runs.</summary>
    private int Enter(TimeSpan? limit)
    {
        _thread.Tenant = this;

        // Stays set: what is dropped after a cell may still run code of its own.
        AuditHook.IsRestricted = _restricted;
        MemoryQuota.Renew(_account, _options.Limits.Memory);
        PythonError.Check(PyContext_Enter(_variableContext));
        return _thread.Interrupts.Begin(limit);
    }

    private InterruptReason Leave()
    {
        InterruptReason reason = _thread.Interrupts.End();
        PythonError.Check(PyContext_Exit(_variableContext));
        return reason;
    }

    private static PyObject* Interned(string name)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            return PythonError.Check(PyUnicode_InternFromString((byte*)text));
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    private static PyObject* NewAnswer()
    {
        PyObject* answer = PythonError.Check(PyDict_New());
        using Owned empty = new(PythonError.Check(PyText.ToPython("")));
        Put(answer, "content", empty.Pointer);
        Put(answer, "ready", Py_False);
        return answer;
    }

    private static void Put(PyObject* dict, string name, PyObject* value)
    {
        using Owned key = new(Interned(name));
        PythonError.Check(PyDict_SetItem(dict, key.Pointer, value));
    }

    private static CellStop ToStop(InterruptReason reason) => reason switch
    {
        InterruptReason.Timeout => CellStop.Timeout,
        InterruptReason.Cancelled => CellStop.Cancelled,
        InterruptReason.Output => CellStop.Output,
        InterruptReason.Memory => CellStop.Memory,
        _ => CellStop.None,
    };

    private CancellationTokenRegistration Cancelling(int run, CancellationToken token) =>
        token.CanBeCanceled
            ? token.UnsafeRegister(_ => _thread.Interrupts.Request(run, InterruptReason.Cancelled), null)
            : default;

    private CellError? ExecuteGuarded(string source)
    {
        try
        {
            CellError? error = Execute(source);
            RemoveOverwritten();
            _variables.Look(_globals);
            return error;
        }
        catch (PythonException exception)
        {
            // The engine's own calls met the limit that the cell had met.
            PyErr_Clear();
            return new CellError(exception.PythonType ?? "RuntimeError", exception.Message, null, exception.Message + "\n");
        }
        catch (OutOfMemoryException)
        {
            PyErr_Clear();
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
                "");
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
            return TakeError();
        }

        if (_restricted && !SandboxLayers.IsOff("code-gate") && CodeGate.FindRefused(code.Pointer) is { } refused)
        {
            return Refused(refused);
        }

        if (_restricted && _awaits && source.Contains("asyncio", StringComparison.Ordinal) && !ModuleGate.Load(this, "asyncio"))
        {
            return TakeError();
        }

        // A cell may have taken them out; CPython would put its own there.
        PythonError.Check(PyDict_SetItem(_globals, _builtinsName, _builtins));
        using Owned result = new(PyEval_EvalCode(code.Pointer, _globals, _globals));
        if (result.IsNull || (result.Pointer != Py_None && !Drive(result.Pointer)) || !ShowValue())
        {
            return TakeError();
        }

        if (!CheckAnswer())
        {
            CellError failed = TakeError();
            ResetAnswer();
            return failed;
        }

        return null;
    }

    private static CellError Refused(string name)
    {
        string message = name.StartsWith('(') ? name : NameRule.Refusal(name);
        return new CellError("PermissionError", message, null, $"PermissionError: {message}. Nothing of the cell was run.\n");
    }

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

    /// <summary>Sees whether <c>answer</c>, changed or bound anew, is ready.</summary>
    private bool CheckAnswer(bool plainOnly = false)
    {
        PyObject* answer = PyDict_GetItemWithError(_globals, _answerName);
        if (answer == null)
        {
            answer = _answer;
        }

        if ((answer->Type->Flags & PyTypeObject.DictSubclass) == 0)
        {
            return true;
        }

        PyObject* ready = PyDict_GetItemWithError(answer, _readyName);
        if (ready == null || ready == Py_False)
        {
            return PyErr_Occurred() == null;
        }

        using Owned plain = new(PlainContent(answer));
        if (plain.IsNull && plainOnly)
        {
            return true;
        }

        LoadJson(answer);
        using Owned text = new(!plain.IsNull ? plain.Release() : PythonCall.Invoke(_prelude.FinalText, answer));
        if (text.IsNull)
        {
            return false;
        }

        if (text.Pointer != Py_None)
        {
            // Given once: the next cell of the session starts with an answer that is a draft again.
            _final ??= PyText.ToManaged(text.Pointer);
            PythonError.Check(PyDict_SetItem(answer, _readyName, Py_False));
        }

        return true;
    }

    /// <summary>An answer whose own code fails when it is read would fail every later cell too.</summary>
    private void ResetAnswer()
    {
        // Keys that only look like text can fail every look-up.
        List<nint> odd = [];
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(_globals, &position, &key, &value) != 0)
        {
            if (key->Type != PyUnicode_Type)
            {
                odd.Add((nint)key);
            }
        }

        foreach (nint found in odd)
        {
            if (PyDict_DelItem(_globals, (PyObject*)found) < 0)
            {
                PyErr_Clear();
            }
        }

        if (PyDict_GetItemWithError(_globals, _answerName) != null)
        {
            _ = PyDict_DelItem(_globals, _answerName);
        }

        _ = PyDict_SetItem(_answer, _readyName, Py_False);
        PyErr_Clear();
    }

    /// <summary>A new reference to a content that is text already. Runs no Python code, so it works in a cell that is being interrupted.</summary>
    private PyObject* PlainContent(PyObject* answer)
    {
        PyObject* content = PyDict_GetItemWithError(answer, _contentName);
        if (content == null || content->Type != PyUnicode_Type || PyUnicode_GetLength(content) == 0
            || PyDict_GetItemWithError(answer, _readyName) != Py_True)
        {
            return null;
        }

        Py_IncRef(content);
        return content;
    }

    private CellError TakeError()
    {
        bool interrupted = _thread.Interrupts.IsRequested;
        if (interrupted)
        {
            _thread.Interrupts.Shield();
        }

        using Owned error = new(PythonError.Take());
        _ = CheckAnswerQuietly(plainOnly: interrupted);
        if (interrupted)
        {
            int? line = StoppedLine(error.Pointer);
            return new CellError("CellInterrupted", "", line, "");
        }

        using Owned sources = new(SourcesAsDict());
        using Owned parts = new(PythonCall.Invoke(_prelude.FormatError, error.Pointer, sources.Pointer));
        if (parts.IsNull)
        {
            // The exception's own code failed or was interrupted while it was read.
            PyErr_Clear();
            return new CellError(PythonError.TypeName(error.Pointer), "(its text cannot be read)", null, "");
        }

        PyObject* line2 = PyTuple_GetItem(parts.Pointer, 2);
        int overflow;
        return new CellError(
            PyText.ToManaged(PyTuple_GetItem(parts.Pointer, 0)),
            PyText.ToManaged(PyTuple_GetItem(parts.Pointer, 1)),
            line2 == Py_None ? null : (int)PyLong_AsLongLongAndOverflow(line2, &overflow),
            PyText.ToManaged(PyTuple_GetItem(parts.Pointer, 3)));
    }

    /// <summary>An answer that was made ready before the exception counts.</summary>
    /// <param name="plainOnly">In a cell that was interrupted no code of its own may run again: nothing would end it.</param>
    private bool CheckAnswerQuietly(bool plainOnly)
    {
        bool read = CheckAnswer(plainOnly);
        PyErr_Clear();
        if (PyDict_GetItemWithError(_globals, _valueName) != null)
        {
            PythonError.Check(PyDict_DelItem(_globals, _valueName));
        }

        return read;
    }

    private int? StoppedLine(PyObject* error)
    {
        using Owned sources = new(SourcesAsDict());
        using Owned line = new(PythonCall.Invoke(_prelude.StoppedLine, error, sources.Pointer));
        if (line.IsNull)
        {
            PyErr_Clear();
            return null;
        }

        int overflow;
        return line.Pointer == Py_None ? null : (int)PyLong_AsLongLongAndOverflow(line.Pointer, &overflow);
    }

    private PyObject* SourcesAsDict()
    {
        PyObject* dict = PythonError.Check(PyDict_New());
        foreach ((string file, string source) in _sources)
        {
            // Not interned: 3.12 keeps interned strings for ever.
            using Owned name = new(PythonError.Check(PyText.ToPython(file)));
            using Owned text = new(PythonError.Check(PyText.ToPython(source)));
            PythonError.Check(PyDict_SetItem(dict, name.Pointer, text.Pointer));
        }

        return dict;
    }

    private CellError Describe(CellStop stop, CellError? error, Cell cell)
    {
        TimeSpan? limit = cell.Timeout ?? _options.Limits.CellTimeout;
        int? line = error?.Line;
        string place = line is null ? "" : $" at line {line}";
        string kept = "The variables made before that are still there.";
        (string type, string message) = stop switch
        {
            CellStop.Timeout => ("TimeoutError", $"the cell was stopped{place}: it ran longer than {limit?.TotalSeconds:0.###} s, sub-calls not counted. {kept}"),
            CellStop.Cancelled => ("CancelledError", $"the cell was cancelled{place}. {kept}"),
            CellStop.Output => ("OutputError", $"the cell was stopped{place}: it printed {_out.Written + _error.Written:N0} characters. {kept}"),
            _ => ("MemoryError", $"the cell was stopped{place}: the session's memory is used up. {kept}"),
        };
        return new CellError(type, message, line, $"{type}: {message}\n");
    }

    /// <summary>Scaffold names live among the builtins; what shadows them goes.</summary>
    private void RemoveOverwritten()
    {
        foreach (nint name in _scaffoldNames)
        {
            if (PyDict_GetItemWithError(_globals, (PyObject*)name) != null)
            {
                PythonError.Check(PyDict_DelItem(_globals, (PyObject*)name));
            }
        }
    }

    private PyObject* Lookup(PyObject* name)
    {
        PyObject* value = PyDict_GetItemWithError(_globals, name);
        if (value != null)
        {
            return value;
        }

        string text = PyText.ToManaged(name);
        return text is "context" or "answer" ? PyDict_GetItemWithError(_builtins, name) : null;
    }

    /// <summary>The prelude renders these as JSON; the thread of a restricted session could not read the module.</summary>
    private void LoadJson(PyObject* value)
    {
        if (_restricted && (value->Type->Flags & (PyTypeObject.DictSubclass | PyTypeObject.ListSubclass)) != 0 && !ModuleGate.Load(this, "json"))
        {
            throw PythonError.TakeAsException();
        }
    }

    private string Render(PyObject* value)
    {
        LoadJson(value);
        using Owned text = new(PythonError.Check(PythonCall.Invoke(_prelude.Render, value)));
        return PyText.ToManaged(text.Pointer);
    }
}
