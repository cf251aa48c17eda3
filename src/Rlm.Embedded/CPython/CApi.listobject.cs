namespace Rlm.Embedded.CPython;

// listobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<nint, PyObject*> PyList_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PyList_Size;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*> PyList_GetItem;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*, int> PyList_SetItem;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PyList_Append;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyList_AsTuple;

    private static void Load_listobject(nint library)
    {
        PyList_Append = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PyList_Append");
        PyList_AsTuple = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyList_AsTuple");
        PyList_New = (delegate* unmanaged[Cdecl]<nint, PyObject*>)Symbol(library, "PyList_New");
        PyList_Size = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PyList_Size");
        PyList_GetItem = (delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*>)Symbol(library, "PyList_GetItem");
        PyList_SetItem = (delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*, int>)Symbol(library, "PyList_SetItem");
    }
}
