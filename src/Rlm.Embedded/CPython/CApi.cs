namespace Rlm.Embedded.CPython;

/// <summary>
/// CPython's C API as function pointers, one file per header, names spelt as in C.
/// Every call but the ones CPython documents otherwise needs the GIL. Filled once by <see cref="Load"/>.
/// </summary>
internal static unsafe partial class CApi
{
    /// <summary>Address of <c>None</c>; borrowed.</summary>
    public static PyObject* Py_None;

    /// <summary>Address of <c>True</c>; borrowed.</summary>
    public static PyObject* Py_True;

    /// <summary>Address of <c>False</c>; borrowed.</summary>
    public static PyObject* Py_False;

    public static PyTypeObject* PyUnicode_Type;
    public static PyTypeObject* PyLong_Type;
    public static PyTypeObject* PyFloat_Type;
    public static PyTypeObject* PyBool_Type;
    public static PyTypeObject* PyBytes_Type;
    public static PyTypeObject* PyList_Type;
    public static PyTypeObject* PyTuple_Type;
    public static PyTypeObject* PyDict_Type;
    public static PyTypeObject* PySet_Type;
    public static PyTypeObject* PyFrozenSet_Type;
    public static PyTypeObject* PyType_Type;
    public static PyTypeObject* PyFunction_Type;
    public static PyTypeObject* PyModule_Type;

    /// <summary>Fills the table from a loaded library.</summary>
    /// <exception cref="EntryPointNotFoundException">The library lacks a symbol that 3.10 to 3.14 all have.</exception>
    public static void Load(nint library)
    {
        Load_pylifecycle(library);
        Load_ceval(library);
        Load_context(library);
        Load_descrobject(library);
        Load_objimpl(library);
        Load_pymem(library);
        Load_pystate(library);
        Load_pythread(library);
        Load_object(library);
        Load_unicodeobject(library);
        Load_longobject(library);
        Load_floatobject(library);
        Load_boolobject(library);
        Load_bytesobject(library);
        Load_bytearrayobject(library);
        Load_listobject(library);
        Load_tupleobject(library);
        Load_dictobject(library);
        Load_setobject(library);
        Load_abstract(library);
        Load_buffer(library);
        Load_pyerrors(library);
        Load_pythonrun(library);
        Load_import(library);
        Load_methodobject(library);
        Load_moduleobject(library);
        Load_sysmodule(library);
        Load_pycapsule(library);
        Load_funcobject(library);
        Py_None = (PyObject*)Symbol(library, "_Py_NoneStruct");
        Py_True = (PyObject*)Symbol(library, "_Py_TrueStruct");
        Py_False = (PyObject*)Symbol(library, "_Py_FalseStruct");
        PyUnicode_Type = (PyTypeObject*)Symbol(library, "PyUnicode_Type");
        PyLong_Type = (PyTypeObject*)Symbol(library, "PyLong_Type");
        PyFloat_Type = (PyTypeObject*)Symbol(library, "PyFloat_Type");
        PyBool_Type = (PyTypeObject*)Symbol(library, "PyBool_Type");
        PyBytes_Type = (PyTypeObject*)Symbol(library, "PyBytes_Type");
        PyList_Type = (PyTypeObject*)Symbol(library, "PyList_Type");
        PyTuple_Type = (PyTypeObject*)Symbol(library, "PyTuple_Type");
        PySet_Type = (PyTypeObject*)Symbol(library, "PySet_Type");
        PyFrozenSet_Type = (PyTypeObject*)Symbol(library, "PyFrozenSet_Type");
        PyType_Type = (PyTypeObject*)Symbol(library, "PyType_Type");
        PyModule_Type = (PyTypeObject*)Symbol(library, "PyModule_Type");
        PyFunction_Type = (PyTypeObject*)Symbol(library, "PyFunction_Type");
        PyDict_Type = (PyTypeObject*)Symbol(library, "PyDict_Type");
    }

    /// <summary>An exception class such as <c>PyExc_ValueError</c>; borrowed, immortal.</summary>
    public static PyObject* Exception(nint library, string name) => *(PyObject**)Symbol(library, "PyExc_" + name);

    private static nint OptionalSymbol(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;

    private static nint Symbol(nint library, string name) => NativeLibrary.GetExport(library, name);
}
