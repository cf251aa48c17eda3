namespace Rlm.Embedded.CPython;

/// <summary>The part of <c>PySequenceMethods</c> that is used.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct PySequenceMethods
{
    /// <summary><c>sq_contains</c>.</summary>
    [FieldOffset(56)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> Contains;
}
