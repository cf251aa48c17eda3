using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>Calls of Python callables. Needs the GIL; null means that an exception is pending.</summary>
internal static unsafe class PythonCall
{
    /// <summary>Calls with up to three arguments; the first null ends the list.</summary>
    public static PyObject* Invoke(PyObject* callable, PyObject* first = null, PyObject* second = null, PyObject* third = null)
    {
        PyObject** arguments = stackalloc PyObject*[3] { first, second, third };
        nint count = first == null ? 0 : second == null ? 1 : third == null ? 2 : 3;
        return Invoke(callable, arguments, count, null);
    }

    /// <summary>Calls with arguments by position, then by name (PEP 590).</summary>
    /// <param name="callable">What to call.</param>
    /// <param name="arguments">Borrowed.</param>
    /// <param name="count">How many are given by position.</param>
    /// <param name="names">Tuple of the names of the rest, or null.</param>
    public static PyObject* Invoke(PyObject* callable, PyObject** arguments, nint count, PyObject* names)
    {
        if (PyObject_Vectorcall != null)
        {
            return PyObject_Vectorcall(callable, arguments, count, names);
        }

        using Owned tuple = new(PyTuple_New(count));
        for (nint i = 0; i < count && !tuple.IsNull; i++)
        {
            Py_IncRef(arguments[i]);
            _ = PyTuple_SetItem(tuple.Pointer, i, arguments[i]);
        }

        using Owned named = new(names == null ? null : PyDict_New());
        for (nint i = 0; names != null && !named.IsNull && i < PyTuple_Size(names); i++)
        {
            _ = PyDict_SetItem(named.Pointer, PyTuple_GetItem(names, i), arguments[count + i]);
        }

        return tuple.IsNull || (names != null && named.IsNull) ? null : PyObject_Call(callable, tuple.Pointer, named.Pointer);
    }
}
