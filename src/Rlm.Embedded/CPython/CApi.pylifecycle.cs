namespace Rlm.Embedded.CPython;

// pylifecycle.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<int, void> Py_InitializeEx;
    public static delegate* unmanaged[Cdecl]<int> Py_IsInitialized;
    public static delegate* unmanaged[Cdecl]<void*, void> Py_SetPythonHome;
    public static delegate* unmanaged[Cdecl]<void*, void> Py_SetProgramName;
    public static delegate* unmanaged[Cdecl]<byte*> Py_GetVersion;

    private static void Load_pylifecycle(nint library)
    {
        Py_InitializeEx = (delegate* unmanaged[Cdecl]<int, void>)Symbol(library, "Py_InitializeEx");
        Py_IsInitialized = (delegate* unmanaged[Cdecl]<int>)Symbol(library, "Py_IsInitialized");
        Py_SetPythonHome = (delegate* unmanaged[Cdecl]<void*, void>)Symbol(library, "Py_SetPythonHome");
        Py_SetProgramName = (delegate* unmanaged[Cdecl]<void*, void>)Symbol(library, "Py_SetProgramName");
        Py_GetVersion = (delegate* unmanaged[Cdecl]<byte*>)Symbol(library, "Py_GetVersion");
    }
}
