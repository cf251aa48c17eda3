using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>The calling thread's pending Python exception. Every member needs the GIL.</summary>
internal static unsafe class PythonError
{
    /// <summary>Takes the pending exception, normalised, with its traceback set; null when there is none.</summary>
    public static PyObject* Take()
    {
        PyObject* type = null, value = null, traceback = null;
        PyErr_Fetch(&type, &value, &traceback);
        if (type == null)
        {
            return null;
        }

        PyErr_NormalizeException(&type, &value, &traceback);
        if (traceback != null)
        {
            _ = PyException_SetTraceback(value, traceback);
            Py_DecRef(traceback);
        }

        Py_DecRef(type);
        return value;
    }

    /// <summary>Turns the pending exception into a .NET one.</summary>
    public static PythonException TakeAsException()
    {
        using Owned error = new(Take());
        if (error.IsNull)
        {
            return new PythonException("CPython reported an error and set none. Please report this.");
        }

        string type = TypeName(error.Pointer);
        using Owned text = new(PyObject_Str(error.Pointer));
        if (text.IsNull)
        {
            PyErr_Clear();
            return new PythonException(type, "(its text cannot be read)", null);
        }

        return new PythonException(type, PyText.ToManaged(text.Pointer), null);
    }

    /// <summary>The name of an object's class, without its module.</summary>
    public static string TypeName(PyObject* value) => TypeName(value->Type);

    /// <summary>The name of a class, without its module.</summary>
    public static string TypeName(PyTypeObject* type)
    {
        string name = Marshal.PtrToStringUTF8((nint)type->Name) ?? "?";
        int dot = name.LastIndexOf('.');
        return dot < 0 ? name : name[(dot + 1)..];
    }

    /// <summary>Raises a Python exception; the caller then returns null to CPython.</summary>
    public static PyObject* Raise(PyObject* type, string message)
    {
        using Owned text = new(PyText.ToPython(message));
        if (!text.IsNull)
        {
            PyErr_SetObject(type, text.Pointer);
        }

        return null;
    }

    /// <summary>The object, or a .NET exception when a call returned null.</summary>
    public static PyObject* Check(PyObject* result) => result != null ? result : throw TakeAsException();

    /// <summary>Throws when a call returned a negative status.</summary>
    public static void Check(int status)
    {
        if (status < 0)
        {
            throw TakeAsException();
        }
    }
}
