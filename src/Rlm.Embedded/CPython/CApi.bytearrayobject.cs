namespace Rlm.Embedded.CPython;

// bytearrayobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PyByteArray_Size;

    private static void Load_bytearrayobject(nint library)
    {
        PyByteArray_Size = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PyByteArray_Size");
    }
}
