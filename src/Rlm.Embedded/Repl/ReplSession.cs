using System.Diagnostics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl.Tools;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// The Python side of one session: its globals, its builtins, its output. Every member runs on the session's thread with the GIL held.
/// </summary>
internal sealed unsafe partial class ReplSession
{
    private const int SourcesKept = 200;

    private static readonly HostFunction[] s_restrictedFunctions = [HostFunctions.Import, HostFunctions.Eval, HostFunctions.Exec, HostFunctions.Compile];

    private readonly PythonThread _thread;
    private readonly bool _restricted;
    private readonly MemoryQuota.Account _account;
    private readonly PyObject* _variableContext;
    private readonly Dictionary<string, nint> _views = new(StringComparer.Ordinal);
    private readonly ReplSessionOptions _options;
    private readonly RlmTool[] _tools;
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
    private PyObject* _answer;
    private PyObject* _replaced;
    private readonly PyObject* _scaffold;
    private readonly HashSet<string> _reserved;
    private readonly VariableTracker _variables;
    private readonly OutputBuffer _out;
    private readonly OutputBuffer _error;
    private readonly Queue<(string File, string Source)> _sources = [];
    private int _cells;
    private bool _awaits;
    private string? _final;
    private string? _answerFault;
    private string? _refusal;
    private bool _isAnswered;
    private bool _isOutOfMemory;
    private bool _arraysAreCounted;
    private long _subCallTicks;
    private long _cellCalls;
    private long _sessionCalls;
    private TimeSpan _ran;
    private CancellationToken _cancellation;
    private CancellationToken _callers;

    /// <summary>Opens a session on the calling Python thread.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="options">What the session starts with.</param>
    /// <param name="context">The value of <c>context</c>; a reference that the session takes over.</param>
    /// <param name="info">What <paramref name="context"/> is.</param>
    public ReplSession(PythonThread thread, ReplSessionOptions options, PyObject* context, ContextInfo info)
    {
        _thread = thread;
        _options = options;
        _tools = [.. options.Tools];
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
        string[] scaffold = [.. ReservedNames.Scaffold, .. _tools.Select(tool => tool.Name)];
        _scaffold = PythonError.Check(PyDict_New());
        _reserved = [.. scaffold, Compiler.ValueName];
        _variables = new VariableTracker(_reserved);
        using Owned self = new(PythonError.Check(PyLong_FromLongLong(_slot)));
        foreach (HostFunction function in (ReadOnlySpan<HostFunction>)
            [
                HostFunctions.Print, HostFunctions.LlmQuery, HostFunctions.LlmQueryBatched, HostFunctions.RlmQuery,
                HostFunctions.RlmQueryBatched, HostFunctions.Final, HostFunctions.FinalVar, HostFunctions.ShowVars,
                .. _restricted ? s_restrictedFunctions : [],
            ])
        {
            using Owned bound = new(function.Bind(self.Pointer));
            Put(_reserved.Contains(function.Name) ? _scaffold : _builtins, function.Name, bound.Pointer);
        }

        AddTools();
        Context = info;
        using Owned taken = new(context);
        Give(ContextName, context, info);
        _answer = NewAnswer();
        Put(_builtins, "answer", _answer);
        Put(_globals, "__builtins__", _builtins);
        using Owned main = new(PyText.ToPython("__main__"));
        Put(_globals, "__name__", main.Pointer);

        // Among the builtins too: exec(code, {}) finds them there, and a cell that deletes one.
        PythonError.Check(PyDict_Merge(_builtins, _scaffold, 1));
        RestoreScaffold();
    }

    /// <summary>Takes output to who listens; null when nobody does.</summary>
    public OutputFlow? Flow { get; }

    /// <summary>The session's builtins, a new reference.</summary>
    public PyObject* Builtins
    {
        get
        {
            Py_IncRef(_builtins);
            return _builtins;
        }
    }

    /// <summary>Time a cell may take in all; null for any.</summary>
    public TimeSpan? WallTime => _options.Limits.CellWallTime;

    /// <summary>What <c>context</c> is.</summary>
    public ContextInfo Context { get; private set; }

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

    /// <summary>Whether code of this session may import a module, besides what every session may.</summary>
    public bool Allows(string module)
    {
        int dot = module.IndexOf('.');
        return _options.AllowedModules.Contains(dot < 0 ? module : module[..dot], StringComparer.Ordinal);
    }

    /// <summary>Runs one cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="cancellationToken">Ends it: the caller's, or one that is cancelled too when its wall time is up.</param>
    /// <param name="callers">The caller's.</param>
    public CellResult Run(Cell cell, CancellationToken cancellationToken, CancellationToken callers)
    {
        long start = Stopwatch.GetTimestamp();
        _out.Clear();
        _error.Clear();
        _final = null;
        _answerFault = null;
        _refusal = null;
        _isAnswered = false;
        _isOutOfMemory = false;
        _subCallTicks = 0;
        _cellCalls = 0;
        _cancellation = cancellationToken;
        _callers = callers;
        _variables.Begin();
        int run = Enter(TimeLeft(cell.Timeout ?? _options.Limits.CellTimeout));
        CellError? error;
        CellStop stopped;
        CancellationTokenRegistration cancelling = Cancelling(run, cancellationToken);
        try
        {
            error = ExecuteGuarded(cell.Code);
            bool memoryMet = _thread.Interrupts.MemoryMet;
            stopped = ToStop(Leave());
            stopped = stopped == CellStop.None && memoryMet && _isOutOfMemory ? CellStop.Memory : stopped;
            if (memoryMet && MemoryQuota.IsFull(_account))
            {
                CollectGarbage();
            }
        }
        finally
        {
            cancelling.Unregister();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        TimeSpan subCalls = Stopwatch.GetElapsedTime(0, _subCallTicks);
        _ran += elapsed - subCalls;
        if (stopped == CellStop.Cancelled && WallTimeIsUp)
        {
            stopped = CellStop.Timeout;
        }

        if (_isAnswered && stopped == CellStop.Timeout)
        {
            // What was left to do after the answer took too long; nobody waits for it.
            stopped = CellStop.None;
            error = null;
        }

        if (stopped != CellStop.None || _isAnswered)
        {
            using Owned done = new(PythonCall.Invoke(_prelude.AfterStop));
            PyErr_Clear();
        }

        if (stopped != CellStop.None)
        {
            error = Describe(stopped, error, cell);
        }

        string printed = _out.ToString();
        return new CellResult
        {
            Stdout = printed,
            Stderr = _error.ToString(),
            Error = error,
            FinalAnswer = _final,
            AnswerFault = _answerFault ?? (_refusal is { } refusal && !printed.Contains(refusal, StringComparison.Ordinal) ? $"FINAL_VAR: {refusal}" : null),
            Variables = _variables.Variables,
            NewVariables = _variables.NewVariables,
            SubCallTime = subCalls,
            Elapsed = elapsed,
            Stopped = stopped,
        };
    }

    /// <summary>A global as the text of a final answer; null when there is none of that name.</summary>
    public string? RenderVariable(string name, CancellationToken cancellationToken)
    {
        int run = Enter(_options.Limits.CellTimeout);
        CancellationTokenRegistration cancelling = Cancelling(run, cancellationToken);
        try
        {
            using Owned key = new(PythonError.Check(PyText.ToPython(name)));
            PyObject* value = Lookup(key.Pointer);
            if (value == null)
            {
                return PyErr_Occurred() == null ? null : throw PythonError.TakeAsException();
            }

            using Owned draft = new(name == "answer" && IsDraft(value) ? PythonError.Check(PythonCall.Invoke(_prelude.Draft, value)) : null);
            return Render(draft.IsNull ? value : draft.Pointer);
        }
        finally
        {
            Leave();
            cancelling.Unregister();
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

    /// <summary>What is kept under a name that no module has, made at first. A new reference, or null with an exception pending.</summary>
    public PyObject* KeepOwn(string name, PyObject* make)
    {
        PyObject* kept = FindView(name);
        if (kept == null)
        {
            kept = PythonCall.Invoke(make);
            if (kept == null)
            {
                return null;
            }

            KeepView(name, kept);
        }

        Py_IncRef(kept);
        return kept;
    }

    /// <summary>Forgets a view.</summary>
    public void DropView(string module)
    {
        if (_views.Remove(module, out nint view))
        {
            Py_DecRef((PyObject*)view);
        }
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
        DropReplaced();
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
        Py_DecRef(_scaffold);
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
        GuardedAttributes.GuestGlobals = _restricted ? (nint)_globals : 0;
        MemoryQuota.Renew(_account, _options.Limits.Memory);
        PythonError.Check(PyContext_Enter(_variableContext));
        CountArrays();
        return _thread.Interrupts.Begin(limit);
    }

    /// <summary>Has NumPy's arrays counted once it is loaded, whoever loaded it. Called in the session's context.</summary>
    public void CountArrays()
    {
        if (!_arraysAreCounted && ArrayMemory.IsHooked)
        {
            ArrayMemory.CountInThisContext();
            _arraysAreCounted = true;
        }
    }

    /// <summary>Gives back what only cycles hold, so that the next cell has room. What it closes has a second.</summary>
    private void CollectGarbage()
    {
        Enter(TimeSpan.FromSeconds(1));
        _ = PyGC_Collect();
        Leave();
    }

    private bool WallTimeIsUp => _cancellation.IsCancellationRequested && !_callers.IsCancellationRequested;

    private TimeSpan? TimeLeft(TimeSpan? cell)
    {
        if (_options.Limits.SessionTime is not { } session)
        {
            return cell;
        }

        TimeSpan left = session > _ran ? session - _ran : TimeSpan.Zero;
        return left < cell || cell is null ? left : cell;
    }

    private InterruptReason Leave()
    {
        InterruptReason reason = _thread.Interrupts.End();
        PythonError.Check(PyContext_Exit(_variableContext));
        return reason;
    }

    private static PyObject* Interned(string name)
    {
        using NativeText text = new(name);
        return PythonError.Check(PyUnicode_InternFromString(text.Pointer));
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
        InterruptReason.HostCalls => CellStop.HostCalls,
        _ => CellStop.None,
    };

    /// <summary>To be taken off without waiting: a request that comes late names a run that is over.</summary>
    private CancellationTokenRegistration Cancelling(int run, CancellationToken token) =>
        token.CanBeCanceled
            ? token.UnsafeRegister(_ => _thread.Interrupts.Request(run, InterruptReason.Cancelled), null)
            : default;
}
