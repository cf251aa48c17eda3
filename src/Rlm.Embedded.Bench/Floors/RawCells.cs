using System.Text;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Bench.Floors;

/// <summary>CPython's own compile and exec with a StringIO for what is printed, through the raw C API. Needs the GIL.</summary>
internal sealed unsafe class RawCells
{
    private const int FileInput = 257;

    private readonly PyObject* _globals;
    private readonly PyObject* _sys;
    private readonly PyObject* _newBuffer;
    private readonly PyObject* _file;

    public RawCells()
    {
        _globals = PythonError.Check(PyDict_New());
        PyObject* builtins = Import("builtins"u8);
        Set("__builtins__"u8, builtins);
        _sys = Import("sys"u8);
        _newBuffer = Attribute(Import("io"u8), "StringIO"u8);
        _file = PythonError.Check(PyText.ToPython("<floor>"));
    }

    /// <summary>Sets a global; the reference is not taken over.</summary>
    public void Set(ReadOnlySpan<byte> name, PyObject* value)
    {
        fixed (byte* text = name)
        {
            PythonError.Check(PyDict_SetItemString(_globals, text, value));
        }
    }

    /// <summary>Runs one cell; what it printed.</summary>
    public string Run(string source)
    {
        Span<byte> text = stackalloc byte[1024];
        text[Encoding.UTF8.GetBytes(source, text)] = 0;
        using Owned before = new(Attribute(_sys, "stdout"u8));
        using Owned buffer = new(PythonError.Check(PythonCall.Invoke(_newBuffer)));
        SetStandardOut(buffer.Pointer);
        try
        {
            PyCompilerFlags flags = new() { Flags = PyCompilerFlags.SourceIsUtf8 };
            fixed (byte* start = text)
            {
                using Owned code = new(PythonError.Check(Py_CompileStringObject(start, _file, FileInput, &flags, -1)));
                using Owned done = new(PythonError.Check(PyEval_EvalCode(code.Pointer, _globals, _globals)));
            }

            using Owned read = new(Attribute(buffer.Pointer, "getvalue"u8));
            using Owned printed = new(PythonError.Check(PythonCall.Invoke(read.Pointer)));
            return PyText.ToManaged(printed.Pointer);
        }
        finally
        {
            SetStandardOut(before.Pointer);
        }
    }

    private static PyObject* Import(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return PythonError.Check(PyImport_ImportModule(text));
        }
    }

    private static PyObject* Attribute(PyObject* of, ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return PythonError.Check(PyObject_GetAttrString(of, text));
        }
    }

    private void SetStandardOut(PyObject* value)
    {
        fixed (byte* name = "stdout"u8)
        {
            PythonError.Check(PyObject_SetAttrString(_sys, name, value));
        }
    }
}
