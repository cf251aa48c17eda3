using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Tests.Interpreter;

/// <summary>Runs code of a test on a Python thread, with the GIL.</summary>
internal static unsafe class OnPython
{
    public static void Run(Action action) => Run<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>The same with what it returns.</summary>
    /// <param name="action">What to run.</param>
    /// <param name="confine">Confines the thread for good, or null.</param>
    public static T Run<T>(Func<T> action, Action? confine = null)
    {
        PythonRuntime runtime = PythonRuntime.StartAsync(EmbeddedRepl.PrepareSandbox, ReplPrelude.Load).GetAwaiter().GetResult();
        PythonThread thread = runtime.Rent(confine);
        FuncWork<T> work = new(action);
        thread.Post(work);
        try
        {
            work.WaitAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();
        }
        finally
        {
            runtime.Return(thread);
        }

        return work.Result;
    }

    /// <summary>A new reference to <c>value</c> after the code has run. Needs the GIL.</summary>
    public static PyObject* Evaluate(string code)
    {
        using Owned globals = new(PythonError.Check(PyDict_New()));
        using Owned builtins = new(ReplPrelude.Current.NewBuiltins(Sandbox.SandboxProfile.Trusted));
        Sandbox.GuardedAttributes.Trust(builtins.Pointer, on: true);
        using Owned builtinsName = new(PyText.ToPython("__builtins__"));
        PythonError.Check(PyDict_SetItem(globals.Pointer, builtinsName.Pointer, builtins.Pointer));
        using Owned compiled = new(PythonError.Check(Compiler.Compile(code, "<test>", PythonRuntime.Current!.Installation.Version!.Minor)));
        using Owned done = new(PythonError.Check(PyEval_EvalCode(compiled.Pointer, globals.Pointer, globals.Pointer)));
        using Owned name = new(PyText.ToPython("value"));
        PyObject* value = PyDict_GetItemWithError(globals.Pointer, name.Pointer);
        Py_IncRef(value);
        return value;
    }

    private sealed class FuncWork<T>(Func<T> action) : PythonWork
    {
        public T Result { get; private set; } = default!;

        protected override void Run() => Result = action();
    }
}
