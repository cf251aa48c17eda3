using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// The one try/catch of what CPython calls: no .NET exception may cross a native frame. Each overload has the shape of one kind of slot and, where the body
/// throws, leaves a Python exception and gives the value by which CPython knows of it. Hot slots that have a try/catch of their own call
/// <see cref="Fail"/> in it.
/// </summary>
internal static unsafe class Callback
{
    /// <summary>A function with arguments by position and name.</summary>
    public static PyObject* Run(delegate*<PyObject*, PyObject**, nint, PyObject*, PyObject*> body, PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            return body(self, arguments, count, names);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>tp_new.</summary>
    public static PyObject* Run(delegate*<PyTypeObject*, PyObject*, PyObject*, PyObject*> body, PyTypeObject* type, PyObject* arguments, PyObject* named)
    {
        try
        {
            return body(type, arguments, named);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>A wrapper of a slot.</summary>
    public static PyObject* Run(delegate*<PyObject*, PyObject*, nint, PyObject*> body, PyObject* self, PyObject* arguments, nint slot)
    {
        try
        {
            return body(self, arguments, slot);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>A wrapper of a slot that takes arguments by name.</summary>
    public static PyObject* Run(delegate*<PyObject*, PyObject*, nint, PyObject*, PyObject*> body, PyObject* self, PyObject* arguments, nint slot, PyObject* named)
    {
        try
        {
            return body(self, arguments, slot, named);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>An operator of two.</summary>
    public static PyObject* Run(delegate*<PyObject*, PyObject*, PyObject*> body, PyObject* left, PyObject* right)
    {
        try
        {
            return body(left, right);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>tp_richcompare.</summary>
    public static PyObject* Run(delegate*<PyObject*, PyObject*, int, PyObject*> body, PyObject* left, PyObject* right, int operation)
    {
        try
        {
            return body(left, right, operation);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>tp_setattro, tp_init, mp_ass_subscript.</summary>
    public static int Run(delegate*<PyObject*, PyObject*, PyObject*, int> body, PyObject* self, PyObject* first, PyObject* second)
    {
        try
        {
            return body(self, first, second);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return -1;
        }
    }

    /// <summary>sq_contains.</summary>
    public static int Run(delegate*<PyObject*, PyObject*, int> body, PyObject* left, PyObject* right)
    {
        try
        {
            return body(left, right);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return -1;
        }
    }

    /// <summary>tp_hash.</summary>
    public static nint Run(delegate*<PyObject*, nint> body, PyObject* self)
    {
        try
        {
            return body(self);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return -1;
        }
    }

    /// <summary>
    /// Leaves a Python exception with the message, MemoryError or RuntimeError. What is not the library's own word to the caller is a defect, and noted.
    /// Null, for slots that give an object.
    /// </summary>
    public static PyObject* Fail(Exception exception)
    {
        if (exception is PythonException { PythonType: "MemoryError" })
        {
            return PyErr_NoMemory();
        }

        if (exception is not RlmException)
        {
            Faults.Note(exception);
        }

        try
        {
            PythonError.Raise(*PyExc_RuntimeError, exception.Message);
            return PyErr_Occurred() != null ? null : PyErr_NoMemory();
        }
        catch (Exception second)
        {
            Faults.Note(second);
            return PyErr_NoMemory();
        }
    }
}
