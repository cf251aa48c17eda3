namespace Rlm.Embedded.CPython;

// pymem.h
internal static unsafe partial class CApi
{
    /// <summary>Needs no GIL.</summary>
    public static delegate* unmanaged[Cdecl]<nuint, void*> PyMem_RawMalloc;

    /// <summary>Needs no GIL.</summary>
    public static delegate* unmanaged[Cdecl]<void*, void> PyMem_RawFree;

    private static void Load_pymem(nint library)
    {
        PyMem_RawMalloc = (delegate* unmanaged[Cdecl]<nuint, void*>)Symbol(library, "PyMem_RawMalloc");
        PyMem_RawFree = (delegate* unmanaged[Cdecl]<void*, void>)Symbol(library, "PyMem_RawFree");
    }
}
