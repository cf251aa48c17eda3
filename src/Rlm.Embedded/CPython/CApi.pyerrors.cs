namespace Rlm.Embedded.CPython;

// pyerrors.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*> PyErr_Occurred;
    public static delegate* unmanaged[Cdecl]<void> PyErr_Clear;
    public static delegate* unmanaged[Cdecl]<PyObject**, PyObject**, PyObject**, void> PyErr_Fetch;
    public static delegate* unmanaged[Cdecl]<PyObject**, PyObject**, PyObject**, void> PyErr_NormalizeException;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, void> PyErr_SetObject;
    public static delegate* unmanaged[Cdecl]<PyObject*, void> PyErr_SetNone;
    public static delegate* unmanaged[Cdecl]<PyObject*, int> PyErr_ExceptionMatches;
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*, PyObject*, PyObject*> PyErr_NewException;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PyException_SetTraceback;
    public static delegate* unmanaged[Cdecl]<PyObject*> PyErr_NoMemory;
    public static delegate* unmanaged[Cdecl]<int, int> PyErr_SetInterruptEx;

    public static delegate* unmanaged[Cdecl]<int> PyErr_CheckSignals;
    public static PyObject** PyExc_RuntimeError;

    private static void Load_pyerrors(nint library)
    {
        PyErr_Occurred = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyErr_Occurred");
        PyErr_Clear = (delegate* unmanaged[Cdecl]<void>)Symbol(library, "PyErr_Clear");
        PyErr_Fetch = (delegate* unmanaged[Cdecl]<PyObject**, PyObject**, PyObject**, void>)Symbol(library, "PyErr_Fetch");
        PyErr_NormalizeException = (delegate* unmanaged[Cdecl]<PyObject**, PyObject**, PyObject**, void>)Symbol(library, "PyErr_NormalizeException");
        PyErr_SetObject = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, void>)Symbol(library, "PyErr_SetObject");
        PyErr_SetNone = (delegate* unmanaged[Cdecl]<PyObject*, void>)Symbol(library, "PyErr_SetNone");
        PyErr_ExceptionMatches = (delegate* unmanaged[Cdecl]<PyObject*, int>)Symbol(library, "PyErr_ExceptionMatches");
        PyErr_NewException = (delegate* unmanaged[Cdecl]<byte*, PyObject*, PyObject*, PyObject*>)Symbol(library, "PyErr_NewException");
        PyException_SetTraceback = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PyException_SetTraceback");
        PyErr_NoMemory = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyErr_NoMemory");
        PyErr_CheckSignals = (delegate* unmanaged[Cdecl]<int>)Symbol(library, "PyErr_CheckSignals");
        PyExc_RuntimeError = (PyObject**)Symbol(library, "PyExc_RuntimeError");
        PyErr_SetInterruptEx = (delegate* unmanaged[Cdecl]<int, int>)Symbol(library, "PyErr_SetInterruptEx");
    }
}
