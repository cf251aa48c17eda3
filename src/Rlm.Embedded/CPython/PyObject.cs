namespace Rlm.Embedded.CPython;

/// <summary>The head every Python object begins with; the same in CPython 3.10 to 3.14 with a GIL (64-bit).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyObject
{
    public nint RefCount;
    public PyTypeObject* Type;
}
