namespace Rlm.Embedded.CPython;

/// <summary>A reference that somebody else keeps alive for as long as this value is used.</summary>
internal readonly unsafe ref struct Borrowed(PyObject* pointer)
{
    public PyObject* Pointer { get; } = pointer;

    public bool IsNull => Pointer == null;

    /// <summary>Takes a reference of one's own.</summary>
    public Owned Own()
    {
        CApi.Py_IncRef(Pointer);
        return new Owned(Pointer);
    }
}
