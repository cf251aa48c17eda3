namespace Rlm.Embedded.CPython;

// ceval.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<nint> PyEval_SaveThread;
    public static delegate* unmanaged[Cdecl]<nint, void> PyEval_RestoreThread;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, PyObject*> PyEval_EvalCode;
    public static delegate* unmanaged[Cdecl]<nint, PyObject*, void> PyEval_SetTrace;
    public static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, int>, nint, int> Py_AddPendingCall;
    public static delegate* unmanaged[Cdecl]<PyObject*> PyEval_GetBuiltins;
    public static delegate* unmanaged[Cdecl]<PyObject*> PyEval_GetFrame;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyFrame_GetCode;
    public static delegate* unmanaged[Cdecl]<PyObject*> PyEval_GetGlobals;
    public static delegate* unmanaged[Cdecl]<PyObject*> PyEval_GetLocals;

    private static void Load_ceval(nint library)
    {
        Py_AddPendingCall = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, int>, nint, int>)Symbol(library, "Py_AddPendingCall");
        PyEval_GetBuiltins = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyEval_GetBuiltins");
        PyEval_GetFrame = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyEval_GetFrame");
        PyFrame_GetCode = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyFrame_GetCode");
        PyEval_GetGlobals = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyEval_GetGlobals");
        PyEval_GetLocals = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyEval_GetLocals");
        PyEval_SaveThread = (delegate* unmanaged[Cdecl]<nint>)Symbol(library, "PyEval_SaveThread");
        PyEval_RestoreThread = (delegate* unmanaged[Cdecl]<nint, void>)Symbol(library, "PyEval_RestoreThread");
        PyEval_EvalCode = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, PyObject*>)Symbol(library, "PyEval_EvalCode");
        PyEval_SetTrace = (delegate* unmanaged[Cdecl]<nint, PyObject*, void>)Symbol(library, "PyEval_SetTrace");
    }
}
