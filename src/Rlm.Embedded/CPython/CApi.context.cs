namespace Rlm.Embedded.CPython;

// context.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*> PyContext_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, int> PyContext_Enter;
    public static delegate* unmanaged[Cdecl]<PyObject*, int> PyContext_Exit;

    private static void Load_context(nint library)
    {
        PyContext_New = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyContext_New");
        PyContext_Enter = (delegate* unmanaged[Cdecl]<PyObject*, int>)Symbol(library, "PyContext_Enter");
        PyContext_Exit = (delegate* unmanaged[Cdecl]<PyObject*, int>)Symbol(library, "PyContext_Exit");
    }
}
