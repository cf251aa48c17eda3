namespace Rlm.Embedded.CPython;

/// <summary>The part of <c>PyNumberMethods</c> that is used.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct PyNumberMethods
{
    /// <summary><c>nb_remainder</c>.</summary>
    [FieldOffset(24)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> Remainder;
}
