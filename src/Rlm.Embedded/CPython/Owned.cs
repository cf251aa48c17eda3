namespace Rlm.Embedded.CPython;

/// <summary>A reference that this scope must give back: <c>using</c> it does. Null after a failed call.</summary>
internal unsafe ref struct Owned(PyObject* reference) : IDisposable
{
    public PyObject* Pointer { get; private set; } = reference;

    public readonly bool IsNull => Pointer == null;

    /// <summary>Gives the reference to the caller, who then owns it.</summary>
    public PyObject* Release()
    {
        PyObject* pointer = Pointer;
        Pointer = null;
        return pointer;
    }

    public void Dispose()
    {
        PyObject* pointer = Release();
        if (pointer != null)
        {
            CApi.Py_DecRef(pointer);
        }
    }

    public static implicit operator Borrowed(Owned owned) => new(owned.Pointer);
}
