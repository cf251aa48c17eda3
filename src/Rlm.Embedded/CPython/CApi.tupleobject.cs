namespace Rlm.Embedded.CPython;

// tupleobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<nint, PyObject*> PyTuple_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PyTuple_Size;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*> PyTuple_GetItem;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*, int> PyTuple_SetItem;

    private static void Load_tupleobject(nint library)
    {
        PyTuple_New = (delegate* unmanaged[Cdecl]<nint, PyObject*>)Symbol(library, "PyTuple_New");
        PyTuple_Size = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PyTuple_Size");
        PyTuple_GetItem = (delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*>)Symbol(library, "PyTuple_GetItem");
        PyTuple_SetItem = (delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*, int>)Symbol(library, "PyTuple_SetItem");
    }
}
