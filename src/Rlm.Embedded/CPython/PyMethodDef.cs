namespace Rlm.Embedded.CPython;

/// <summary>methodobject.h: describes one function written in C. Lives as long as the process.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyMethodDef
{
    public byte* Name;
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject**, nint, PyObject*, PyObject*> Function;
    public int Flags;
    public byte* Doc;

    public const int FastCall = 0x0080;
    public const int Keywords = 0x0002;
}
