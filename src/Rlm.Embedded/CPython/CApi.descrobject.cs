namespace Rlm.Embedded.CPython;

// descrobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyTypeObject*, PyGetSetDef*, PyObject*> PyDescr_NewGetSet;
    public static delegate* unmanaged[Cdecl]<PyTypeObject*, PyMethodDef*, PyObject*> PyDescr_NewMethod;

    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyDictProxy_New;

    private static void Load_descrobject(nint library)
    {
        PyDescr_NewGetSet = (delegate* unmanaged[Cdecl]<PyTypeObject*, PyGetSetDef*, PyObject*>)Symbol(library, "PyDescr_NewGetSet");
        PyDictProxy_New = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyDictProxy_New");
        PyDescr_NewMethod = (delegate* unmanaged[Cdecl]<PyTypeObject*, PyMethodDef*, PyObject*>)Symbol(library, "PyDescr_NewMethod");
    }
}
