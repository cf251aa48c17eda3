namespace Rlm.Embedded.CPython;

// moduleobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyModule_GetDict;

    private static void Load_moduleobject(nint library) =>
        PyModule_GetDict = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyModule_GetDict");
}
