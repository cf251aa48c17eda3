namespace Rlm.Embedded.CPython;

// longobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<long, PyObject*> PyLong_FromLongLong;
    public static delegate* unmanaged[Cdecl]<ulong, PyObject*> PyLong_FromUnsignedLongLong;
    public static delegate* unmanaged[Cdecl]<PyObject*, int*, long> PyLong_AsLongLongAndOverflow;
    public static delegate* unmanaged[Cdecl]<byte*, byte**, int, PyObject*> PyLong_FromString;

    private static void Load_longobject(nint library)
    {
        PyLong_FromLongLong = (delegate* unmanaged[Cdecl]<long, PyObject*>)Symbol(library, "PyLong_FromLongLong");
        PyLong_FromUnsignedLongLong = (delegate* unmanaged[Cdecl]<ulong, PyObject*>)Symbol(library, "PyLong_FromUnsignedLongLong");
        PyLong_AsLongLongAndOverflow = (delegate* unmanaged[Cdecl]<PyObject*, int*, long>)Symbol(library, "PyLong_AsLongLongAndOverflow");
        PyLong_FromString = (delegate* unmanaged[Cdecl]<byte*, byte**, int, PyObject*>)Symbol(library, "PyLong_FromString");
    }
}
