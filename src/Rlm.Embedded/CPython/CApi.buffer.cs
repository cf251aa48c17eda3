namespace Rlm.Embedded.CPython;

// cpython/object.h, sliceobject.h: buffers and slices
internal static unsafe partial class CApi
{
    /// <summary><c>PyBUF_SIMPLE</c>.</summary>
    public const int PyBUF_SIMPLE = 0;

    /// <summary><c>PyBUF_FULL_RO</c>.</summary>
    public const int PyBUF_FULL_RO = 0x11C;

    public static delegate* unmanaged[Cdecl]<PyObject*, PyBuffer*, int, int> PyObject_GetBuffer;
    public static delegate* unmanaged[Cdecl]<PyBuffer*, void> PyBuffer_Release;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, PyObject*> PySlice_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyNumber_Index;
    public static PyTypeObject* PySlice_Type;
    public static PyTypeObject* PyMemoryView_Type;
    public static PyTypeObject* PyByteArray_Type;

    private static void Load_buffer(nint library)
    {
        PyObject_GetBuffer = (delegate* unmanaged[Cdecl]<PyObject*, PyBuffer*, int, int>)Symbol(library, "PyObject_GetBuffer");
        PyBuffer_Release = (delegate* unmanaged[Cdecl]<PyBuffer*, void>)Symbol(library, "PyBuffer_Release");
        PySlice_New = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, PyObject*>)Symbol(library, "PySlice_New");
        PyNumber_Index = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyNumber_Index");
        PySlice_Type = (PyTypeObject*)Symbol(library, "PySlice_Type");
        PyMemoryView_Type = (PyTypeObject*)Symbol(library, "PyMemoryView_Type");
        PyByteArray_Type = (PyTypeObject*)Symbol(library, "PyByteArray_Type");
    }
}
