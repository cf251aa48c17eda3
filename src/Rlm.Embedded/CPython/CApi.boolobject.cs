namespace Rlm.Embedded.CPython;

// boolobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<nint, PyObject*> PyBool_FromLong;

    private static void Load_boolobject(nint library)
    {
        PyBool_FromLong = (delegate* unmanaged[Cdecl]<nint, PyObject*>)Symbol(library, "PyBool_FromLong");
    }
}
