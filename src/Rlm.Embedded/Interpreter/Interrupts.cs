using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Makes a Python exception appear in another thread, also inside a sleep, a lock, a regex or a power of big integers:
/// a signal to that thread, whose Python handler raises. CPython lets only its "main thread" handle signals,
/// so that word is moved to the thread in question first (docs/decisions/0003).
/// </summary>
internal static unsafe class Interrupts
{
    /// <summary>SIGURG: ignored by default, so one that arrives where nobody waits for it does no harm.</summary>
    public const int Signal = 23;

    private static nuint* s_mainThread;
    private static nint* s_mainState;
    private static PyObject* s_exception;

    /// <summary>The class of the exception that interrupted code sees; borrowed.</summary>
    public static PyObject* ExceptionType => s_exception;

    /// <summary>Whether a signal was seen to interrupt another thread than the one that initialised Python; null before it was tried.</summary>
    public static bool? AreProven { get; private set; }

    /// <summary>Installs the handler. Called on the thread that initialised Python, with the GIL.</summary>
    /// <param name="library">libpython.</param>
    public static void Install(nint library)
    {
        fixed (byte* name = "rlm.CellInterrupted"u8)
        {
            s_exception = PythonError.Check(PyErr_NewException(name, Exception(library, "BaseException"), null));
        }

        StarvedSlots.Prepare();

        // From 3.12 on the first trace sets up what all later ones need, and never again: it must not be one that meets a full quota.
        PyEval_SetTrace(TraceFunction, null);
        PyEval_SetTrace(0, null);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        FindMainThread(library);
        HostFunction handler = new("_interrupt", &OnSignal, "Ends the running cell.");
        using Owned signal = Import("_signal"u8);
        using Owned function = new(handler.Bind(null));
        using Owned number = new(PyLong_FromLongLong(Signal));
        fixed (byte* method = "signal"u8)
        {
            using Owned install = new(PythonError.Check(PyObject_GetAttrString(signal.Pointer, method)));
            using Owned previous = new(PythonError.Check(PythonCall.Invoke(install.Pointer, number.Pointer, function.Pointer)));
        }
    }

    private static nint TraceFunction => (nint)(delegate* unmanaged[Cdecl]<PyObject*, nint, int, PyObject*, int>)&OnTrace;

    /// <summary>
    /// Tries once whether a signal interrupts the calling thread, which is not the one that initialised Python. Where none does, bytecode alone is
    /// interrupted. With the GIL.
    /// </summary>
    public static void Prove(InterruptTarget target)
    {
        if (AreProven is not null)
        {
            return;
        }

        if (s_mainThread == null)
        {
            AreProven = false;
            return;
        }

        target.Request(target.Begin(limit: null), InterruptReason.Cancelled);
        Send(target);
        AreProven = PyErr_CheckSignals() != 0 && PyErr_ExceptionMatches(s_exception) != 0;
        PyErr_Clear();
        target.End();
    }

    /// <summary>Interrupts a thread. Needs no GIL; the watchdog calls it.</summary>
    public static void Send(InterruptTarget target)
    {
        if (!OperatingSystem.IsLinux() || AreProven is false)
        {
            HostThread.Post(() => RaiseAsync(target));
            return;
        }

        MakeMain(target);
        _ = LibC.TgKill(Environment.ProcessId, target.Tid, Signal);
        if (target.IsDeep)
        {
            // At the recursion limit CPython fails to call a handler; what is pending it calls without asking how deep it is.
            _ = Py_AddPendingCall(&OnPending, 0);
        }
    }

    /// <summary>Interrupts the calling thread, which holds the GIL, before its next jump or call.</summary>
    public static void Raise(InterruptTarget target)
    {
        if (s_mainThread != null)
        {
            MakeMain(target);
            _ = PyErr_SetInterruptEx(Signal);
        }
    }

    /// <summary>Raises in the calling thread when its run was asked to end. True when it did.</summary>
    public static bool RaiseIfRequested()
    {
        if (PythonThread.Current is not { Interrupts.IsRequested: true })
        {
            return false;
        }

        PyErr_SetNone(s_exception);
        return true;
    }

    /// <summary>
    /// The word that says which thread handles signals stands in _PyRuntime; its place differs by version.
    /// It is the first that holds this thread's name, and in 3.13 the next one holds its state.
    /// </summary>
    private static void FindMainThread(nint library)
    {
        const int Words = 1024;
        nuint ident = PyThread_get_thread_ident();
        nuint* runtime = (nuint*)NativeLibrary.GetExport(library, "_PyRuntime");
        for (int i = 0; i < Words; i++)
        {
            if (runtime[i] == ident)
            {
                s_mainThread = runtime + i;
                if (runtime[i + 1] == (nuint)PyThreadState_Get())
                {
                    s_mainState = (nint*)(runtime + i + 1);
                }

                return;
            }
        }
    }

    /// <summary>Where there are no signals: stops bytecode, not C code. Takes the GIL.</summary>
    private static void RaiseAsync(InterruptTarget target)
    {
        int state = PyGILState_Ensure();
        if (target.IsRequested)
        {
            _ = PyThreadState_SetAsyncExc(target.Ident, s_exception);
        }

        PyGILState_Release(state);
    }

    /// <summary>Makes a thread the one that handles signals.</summary>
    private static void MakeMain(InterruptTarget target)
    {
        if (s_mainThread == null)
        {
            return;
        }

        Volatile.Write(ref Unsafe.AsRef<nuint>(s_mainThread), target.Ident);
        if (s_mainState != null)
        {
            Volatile.Write(ref Unsafe.AsRef<nint>(s_mainState), target.ThreadState);
        }
    }

    private static Owned Import(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return new Owned(PythonError.Check(PyImport_ImportModule(text)));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPending(nint argument)
    {
        try
        {
            return Meet() ? -1 : 0;
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSignal(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&Answer, self, arguments, count, names);

    private static PyObject* Answer(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        if (Meet())
        {
            return null;
        }

        Py_IncRef(Py_None);
        return Py_None;
    }

    /// <summary>Raises where the calling thread's run was asked to end. True when it did.</summary>
    private static bool Meet()
    {
        InterruptTarget? own = PythonThread.Current?.Interrupts;
        if (own is not { IsRequested: true })
        {
            return false;
        }

        Wedge.NoteProgress();
        own.NoteSeen();
        own.TraceIfStubborn(TraceFunction);
        PyErr_SetNone(s_exception);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTrace(PyObject* self, nint frame, int what, PyObject* argument)
    {
        try
        {
            Wedge.NoteProgress();
            if (PythonThread.Current is { Interrupts: var interrupts })
            {
                interrupts.NoteSeen();
                interrupts.NoteTraced();
            }

            return RaiseIfRequested() ? -1 : 0;
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }
}
