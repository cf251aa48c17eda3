namespace Rlm.Embedded.CPython;

// sysmodule.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*> PySys_GetObject;
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*, int> PySys_SetObject;

    private static void Load_sysmodule(nint library)
    {
        PySys_GetObject = (delegate* unmanaged[Cdecl]<byte*, PyObject*>)Symbol(library, "PySys_GetObject");
        PySys_SetObject = (delegate* unmanaged[Cdecl]<byte*, PyObject*, int>)Symbol(library, "PySys_SetObject");
    }
}
