namespace Rlm.Embedded.CPython;

// pythread.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<nuint> PyThread_get_thread_ident;

    private static void Load_pythread(nint library)
    {
        PyThread_get_thread_ident = (delegate* unmanaged[Cdecl]<nuint>)Symbol(library, "PyThread_get_thread_ident");
    }
}
