namespace Rlm.Embedded.CPython;

// pythonrun.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*, int, PyCompilerFlags*, int, PyObject*> Py_CompileStringObject;

    private static void Load_pythonrun(nint library)
    {
        Py_CompileStringObject = (delegate* unmanaged[Cdecl]<byte*, PyObject*, int, PyCompilerFlags*, int, PyObject*>)Symbol(library, "Py_CompileStringObject");
    }
}
