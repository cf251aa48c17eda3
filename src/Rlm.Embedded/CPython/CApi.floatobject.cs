namespace Rlm.Embedded.CPython;

// floatobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<double, PyObject*> PyFloat_FromDouble;
    public static delegate* unmanaged[Cdecl]<PyObject*, double> PyFloat_AsDouble;

    private static void Load_floatobject(nint library)
    {
        PyFloat_FromDouble = (delegate* unmanaged[Cdecl]<double, PyObject*>)Symbol(library, "PyFloat_FromDouble");
        PyFloat_AsDouble = (delegate* unmanaged[Cdecl]<PyObject*, double>)Symbol(library, "PyFloat_AsDouble");
    }
}
