namespace Rlm.Embedded.CPython;

// pystate.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<int> PyGILState_Ensure;
    public static delegate* unmanaged[Cdecl]<int, void> PyGILState_Release;
    public static delegate* unmanaged[Cdecl]<nint> PyThreadState_Get;
    public static delegate* unmanaged[Cdecl]<nuint, PyObject*, int> PyThreadState_SetAsyncExc;

    private static void Load_pystate(nint library)
    {
        PyGILState_Ensure = (delegate* unmanaged[Cdecl]<int>)Symbol(library, "PyGILState_Ensure");
        PyGILState_Release = (delegate* unmanaged[Cdecl]<int, void>)Symbol(library, "PyGILState_Release");
        PyThreadState_Get = (delegate* unmanaged[Cdecl]<nint>)Symbol(library, "PyThreadState_Get");
        PyThreadState_SetAsyncExc = (delegate* unmanaged[Cdecl]<nuint, PyObject*, int>)Symbol(library, "PyThreadState_SetAsyncExc");
    }
}
