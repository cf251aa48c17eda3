namespace Rlm.Embedded.CPython;

// bytesobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<byte*, nint, PyObject*> PyBytes_FromStringAndSize;
    public static delegate* unmanaged[Cdecl]<PyObject*, byte**, nint*, int> PyBytes_AsStringAndSize;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PyBytes_Size;

    private static void Load_bytesobject(nint library)
    {
        PyBytes_FromStringAndSize = (delegate* unmanaged[Cdecl]<byte*, nint, PyObject*>)Symbol(library, "PyBytes_FromStringAndSize");
        PyBytes_AsStringAndSize = (delegate* unmanaged[Cdecl]<PyObject*, byte**, nint*, int>)Symbol(library, "PyBytes_AsStringAndSize");
        PyBytes_Size = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PyBytes_Size");
    }
}
