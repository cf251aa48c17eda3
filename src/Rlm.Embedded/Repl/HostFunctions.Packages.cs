using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>What packages.py calls.</content>
internal static unsafe partial class HostFunctions
{
    public static readonly HostFunction SeesPackages = new("sees_packages", &OnSeesPackages, "Whether installed packages are there for what the calling thread runs.");
    public static readonly HostFunction CountArrays = new("count_arrays", &OnCountArrays, "Has the memory of NumPy's arrays counted.");
    public static readonly HostFunction IsAllowed = new("is_allowed", &OnIsAllowed, "Whether the host allows the session whose thread calls a module.");
    public static readonly HostFunction HoldInterrupts = new("hold_interrupts", &OnHoldInterrupts, "Lets interrupts of the calling session wait, or come again.");
    public static readonly HostFunction LoadAllowed = new("load_allowed", &OnLoadAllowed, "Loads what code of an allowed module imports.");

    // An import that takes longer is stopped all the same.
    private static readonly TimeSpan s_longestImport = TimeSpan.FromSeconds(10);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSeesPackages(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => PyBool_FromLong(Packages.AreVisible ? 1 : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnCountArrays(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments)
        {
            ArrayMemory.Hook(arguments[0]);
            if (PythonThread.Current?.Tenant is ReplSession session)
            {
                session.CountArrays();
            }

            Py_IncRef(Py_None);
            return Py_None;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIsAllowed(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) =>
            PyBool_FromLong(PythonThread.Current?.Tenant is ReplSession session && session.Allows(PyText.ToManaged(arguments[0])) ? 1 : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnLoadAllowed(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments) => ModuleGate.LoadAllowed(ReplSession.OfThread(), arguments[0]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnHoldInterrupts(PyObject* self, PyObject** values, nint count, PyObject* names)
    {
        return Run(&Body, self, values, count, names);
        static PyObject* Body(PyObject* self, HostArguments arguments)
        {
            if (PythonThread.Current is { Tenant: not null } thread)
            {
                if (arguments[0] == Py_True)
                {
                    thread.Interrupts.Hold(s_longestImport);
                }
                else
                {
                    thread.Interrupts.Release();
                }
            }

            Py_IncRef(Py_None);
            return Py_None;
        }
    }
}
