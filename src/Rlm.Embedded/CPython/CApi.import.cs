namespace Rlm.Embedded.CPython;

// import.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*> PyImport_ImportModule;
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*> PyImport_AddModule;
    public static delegate* unmanaged[Cdecl]<PyObject*> PyImport_GetModuleDict;

    private static void Load_import(nint library)
    {
        PyImport_ImportModule = (delegate* unmanaged[Cdecl]<byte*, PyObject*>)Symbol(library, "PyImport_ImportModule");
        PyImport_AddModule = (delegate* unmanaged[Cdecl]<byte*, PyObject*>)Symbol(library, "PyImport_AddModule");
        PyImport_GetModuleDict = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyImport_GetModuleDict");
    }
}
