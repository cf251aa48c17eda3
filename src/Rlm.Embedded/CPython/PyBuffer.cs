namespace Rlm.Embedded.CPython;

/// <summary><c>Py_buffer</c>: filled by <c>PyObject_GetBuffer</c>, given back with <c>PyBuffer_Release</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 80)]
internal struct PyBuffer
{
    /// <summary><c>buf</c>.</summary>
    public nint Memory;
}
