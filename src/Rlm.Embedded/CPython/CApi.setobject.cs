namespace Rlm.Embedded.CPython;

// setobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PySet_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyFrozenSet_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PySet_Add;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PySet_Size;

    private static void Load_setobject(nint library)
    {
        PySet_New = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PySet_New");
        PyFrozenSet_New = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyFrozenSet_New");
        PySet_Add = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PySet_Add");
        PySet_Size = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PySet_Size");
    }
}
