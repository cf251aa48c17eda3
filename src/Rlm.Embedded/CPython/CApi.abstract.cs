namespace Rlm.Embedded.CPython;

// abstract.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PySequence_List;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyObject_GetIter;
    public static delegate* unmanaged[Cdecl]<PyObject*, int, PyObject*> PyNumber_ToBase;

    private static void Load_abstract(nint library)
    {
        PySequence_List = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PySequence_List");
        PyObject_GetIter = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyObject_GetIter");
        PyNumber_ToBase = (delegate* unmanaged[Cdecl]<PyObject*, int, PyObject*>)Symbol(library, "PyNumber_ToBase");
    }
}
