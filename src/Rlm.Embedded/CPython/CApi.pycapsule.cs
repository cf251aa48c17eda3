namespace Rlm.Embedded.CPython;

// pycapsule.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<void*, byte*, nint, PyObject*> PyCapsule_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, byte*, void*> PyCapsule_GetPointer;

    private static void Load_pycapsule(nint library)
    {
        PyCapsule_New = (delegate* unmanaged[Cdecl]<void*, byte*, nint, PyObject*>)Symbol(library, "PyCapsule_New");
        PyCapsule_GetPointer = (delegate* unmanaged[Cdecl]<PyObject*, byte*, void*>)Symbol(library, "PyCapsule_GetPointer");
    }
}
