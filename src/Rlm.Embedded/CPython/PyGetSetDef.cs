namespace Rlm.Embedded.CPython;

/// <summary>descrobject.h: describes one computed attribute. Lives as long as the process.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyGetSetDef
{
    public byte* Name;
    public delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*> Get;
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, int> Set;
    public byte* Doc;
    public nint Closure;
}
