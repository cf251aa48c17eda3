namespace Rlm.Embedded.CPython;

/// <summary>The part of <c>PyMappingMethods</c> that is used.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct PyMappingMethods
{
    /// <summary><c>mp_subscript</c>.</summary>
    [FieldOffset(8)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> Subscript;

    /// <summary><c>mp_ass_subscript</c>.</summary>
    [FieldOffset(16)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> AssignSubscript;
}
