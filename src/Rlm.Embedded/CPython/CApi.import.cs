namespace Rlm.Embedded.CPython;

// import.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*> PyImport_ImportModule;

    private static void Load_import(nint library)
    {
        PyImport_ImportModule = (delegate* unmanaged[Cdecl]<byte*, PyObject*>)Symbol(library, "PyImport_ImportModule");
    }
}
