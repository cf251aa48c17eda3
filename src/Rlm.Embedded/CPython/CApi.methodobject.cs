namespace Rlm.Embedded.CPython;

// methodobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyMethodDef*, PyObject*, PyObject*, PyObject*> PyCFunction_NewEx;

    private static void Load_methodobject(nint library)
    {
        PyCFunction_NewEx = (delegate* unmanaged[Cdecl]<PyMethodDef*, PyObject*, PyObject*, PyObject*>)Symbol(library, "PyCFunction_NewEx");
    }
}
