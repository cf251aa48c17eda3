using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// What Python calls: the thin layer between CPython and <see cref="ReplSession"/>. All run in the one try/catch of
/// <see cref="Run"/>: no .NET exception may cross a native frame.
/// </summary>
internal static unsafe partial class HostFunctions
{
    public static readonly HostFunction Print = new("print", &OnPrint, "print(*args, sep=' ', end='\\n', file=None, flush=False)\n--\n\nPrints the values.");
    public static readonly HostFunction LlmQuery = new("llm_query", &OnLlmQuery, "llm_query(prompt, model=None, schema=None)\n--\n\nAsks a sub-model; returns its text.");
    public static readonly HostFunction LlmQueryBatched = new("llm_query_batched", &OnLlmQueryBatched, "llm_query_batched(prompts, model=None, schema=None)\n--\n\nAsks a sub-model many things at once; returns the texts in order.");
    public static readonly HostFunction RlmQuery = new("rlm_query", &OnRlmQuery, "rlm_query(prompt, model=None, schema=None)\n--\n\nGives a task to a child with a REPL of its own; returns its answer.");
    public static readonly HostFunction RlmQueryBatched = new("rlm_query_batched", &OnRlmQueryBatched, "rlm_query_batched(prompts, model=None, schema=None)\n--\n\nGives tasks to children at once; returns the answers in order.");
    public static readonly HostFunction Final = new("FINAL", &OnFinal, "FINAL(value)\n--\n\nStates the final answer.");
    public static readonly HostFunction FinalVar = new("FINAL_VAR", &OnFinalVar, "FINAL_VAR(name)\n--\n\nStates a variable as the final answer.");
    public static readonly HostFunction ShowVars = new("SHOW_VARS", &OnShowVars, "SHOW_VARS()\n--\n\nLists the session's variables and their types.");
    public static readonly HostFunction Import = new("__import__", &OnImport, "Imports a module that sessions may use.");
    public static readonly HostFunction Eval = new("eval", &OnEvaluate, "eval(source, globals=None, locals=None, /)\n--\n\nEvaluates an expression.");
    public static readonly HostFunction Exec = new("exec", &OnExecute, "exec(source, globals=None, locals=None, /)\n--\n\nRuns statements.");
    public static readonly HostFunction Compile = new("compile", &OnCompile, "compile(source, filename, mode)\n--\n\nReads source text for exec() and eval().");
    public static readonly HostFunction EvaluateHint = new("evaluate", &OnEvaluateHint, "Evaluates the text of an annotation with a session's names.");

    // CPython keeps a definition for ever, so the same one serves all sessions that have the same tool.
    private static readonly ConcurrentDictionary<(string Name, string Doc), HostFunction> s_tools = new();

    public static readonly HostFunction Freeze = new("freeze", &OnFreeze, "Makes a class immutable.");
    public static readonly HostFunction IsRefused = new("is_refused", &OnIsRefused, "Whether sessions may not use a name.");
    public static readonly HostFunction Share = new("share", &OnShare, "Makes an object one that sessions cannot change.");
    public static readonly HostFunction Own = new("own", &OnOwn, "Marks a class as the library's.");
    public static readonly HostFunction IsShared = new("is_shared", &OnIsShared, "Whether the code is a session's and the object everybody's.");
    public static readonly HostFunction IsRestricted = new("is_restricted", &OnIsRestricted, "Whether the calling thread runs restricted code.");
    public static readonly HostFunction SessionBuiltins = new("session_builtins", &OnSessionBuiltins, "The builtins of the session whose thread calls.");
    public static readonly HostFunction LoadCodec = new("load_codec", &OnLoadCodec, "Loads a codec of the standard library.");
    public static readonly HostFunction IsReadable = new("is_readable", &OnIsReadable, "Whether restricted code may look up an attribute of that name.");
    public static readonly HostFunction CellSource = new("cell_source", &OnCellSource, "The source of a cell of the session whose thread calls, by the name of its file.");
    public static readonly HostFunction LoadModule = new("load_module", &OnLoadModule, "Loads a module that a function of the library needs.");
    public static readonly HostFunction IsConfined = new("is_confined", &OnIsConfined, "Whether the calling thread may read no files.");
    public static readonly HostFunction FindModule = new("find_module", &OnFindModule, "Reads a module for the thread that imports.");
    public static readonly HostFunction FindZone = new("find_zone", &OnFindZone, "Reads time zone data for the thread that imports.");
    public static readonly HostFunction Remake = new("remake", &OnRemake, "A function of the session's with other code, or None.");
    public static readonly HostFunction OnHost = new("on_host", &OnOnHost, "Calls a function of the host's with one argument on the host's thread.");
    public static readonly HostFunction FindCopy = new("find_copy", &OnFindCopy, "A module that the session whose thread calls runs for itself, or None.");
    public static readonly HostFunction Keep = new("keep", &OnKeep, "What the session whose thread calls keeps under a name, made by a function at first.");
    public static readonly HostFunction Redirect = new("redirect", &OnRedirect, "Sends a stream of the session elsewhere; returns where it went before.");
    public static readonly HostFunction WriteOut = new("write", &OnWriteOut, "write(text)\n--\n\n");
    public static readonly HostFunction WriteError = new("write", &OnWriteError, "write(text)\n--\n\n");

    /// <summary>The function of a tool.</summary>
    public static HostFunction Tool(string name, string doc) => s_tools.GetOrAdd((name, doc), static key => new HostFunction(key.Name, &OnTool, key.Doc));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnPrint(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).Print(arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnLlmQuery(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).Query("llm_query", SubCallKind.Llm, arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnLlmQueryBatched(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).QueryBatch("llm_query_batched", SubCallKind.Llm, arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnRlmQuery(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).Query("rlm_query", SubCallKind.Rlm, arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnRlmQueryBatched(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).QueryBatch("rlm_query_batched", SubCallKind.Rlm, arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnTool(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&ReplSession.CallTool, self, values, count, names);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFinal(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).Final(arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFinalVar(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).FinalVar(arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnShowVars(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).ShowVars(arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnImport(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ModuleGate.Import(ReplSession.Of(self), arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnWriteOut(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Write(arguments, error: false);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnWriteError(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Write(arguments, error: true);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnEvaluate(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).Evaluate(arguments, execute: false);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnExecute(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).Evaluate(arguments, execute: true);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnCompile(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.Of(self).CompileText(arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnEvaluateHint(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.OfThread().EvaluateHint(arguments[0], arguments[1], arguments[2]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnRedirect(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.OfThread().Redirect(arguments);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnLoadCodec(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ModuleGate.LoadCodec(ReplSession.OfThread(), arguments[0]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIsReadable(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => PyBool_FromLong(NameRule.AllowsByText(PyText.ToManaged(arguments[0]), NameUse.Read) ? 1 : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnCellSource(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.OfThread().SourceOf(PyText.ToManaged(arguments[0]));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnLoadModule(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ModuleGate.LoadModule(PythonThread.Current?.Tenant as ReplSession, arguments[0]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIsConfined(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => PyBool_FromLong(PythonThread.Current is { IsConfined: true } ? 1 : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFindModule(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => LibraryImports.Find(arguments[0], arguments[1]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFindZone(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => LibraryImports.FindZone(arguments[0], arguments[1]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnRemake(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.OfThread().Remake(arguments[0], arguments[1], arguments[2]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnOnHost(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ModuleGate.OnHost(ReplSession.OfThread(), arguments[0], arguments[1]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFindCopy(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ModuleGate.FindCopy(PythonThread.Current?.Tenant as ReplSession, arguments[0]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnKeep(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.OfThread().KeepOwn(PyText.ToManaged(arguments[0]), arguments[1]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFreeze(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => FreezeClass(arguments[0], arguments[1]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIsRefused(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => IsRefusedName(arguments[0]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnShare(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments)
        {
            TypeGuard.Share(arguments[0]);
            return PyBool_FromLong(1);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnOwn(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments)
        {
            ClassGuard.MarkOne((PyTypeObject*)arguments[0]);
            return PyBool_FromLong(1);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIsShared(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => PyBool_FromLong(AuditHook.IsRestricted && TypeGuard.IsShared(arguments[0]) ? 1 : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIsRestricted(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => PyBool_FromLong(AuditHook.IsRestricted ? 1 : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSessionBuiltins(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ReplSession.OfThread().Builtins;
    }

    private static PyObject* FreezeClass(PyObject* type, PyObject* on)
    {
        GuardedAttributes.Freeze((PyTypeObject*)type, on == Py_True);
        return PyBool_FromLong(1);
    }

    private static PyObject* IsRefusedName(PyObject* name) => PyBool_FromLong(NameRule.AllowsByText(PyText.ToManaged(name), NameUse.Write) ? 0 : 1);

    /// <summary>The one try/catch of every function here.</summary>
    private static PyObject* Run(delegate*<PyObject*, HostArguments, PyObject*> body, PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        try
        {
            return body(self, new HostArguments(values, count, names));
        }
        catch (Exception exception)
        {
            // The cell sees a message; type and stack of the .NET exception stay here.
            return Callback.Fail(exception);
        }
    }
}
