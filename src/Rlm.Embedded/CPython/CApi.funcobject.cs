namespace Rlm.Embedded.CPython;

// funcobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> PyFunction_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyFunction_GetGlobals;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyFunction_GetDefaults;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PyFunction_SetDefaults;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyFunction_GetKwDefaults;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PyFunction_SetKwDefaults;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PyFunction_SetClosure;

    private static void Load_funcobject(nint library)
    {
        PyFunction_New = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*>)Symbol(library, "PyFunction_New");
        PyFunction_GetGlobals = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyFunction_GetGlobals");
        PyFunction_GetDefaults = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyFunction_GetDefaults");
        PyFunction_SetDefaults = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PyFunction_SetDefaults");
        PyFunction_GetKwDefaults = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyFunction_GetKwDefaults");
        PyFunction_SetKwDefaults = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PyFunction_SetKwDefaults");
        PyFunction_SetClosure = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PyFunction_SetClosure");
    }
}
