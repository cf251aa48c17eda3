using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>What the cell prints.</content>
internal sealed unsafe partial class ReplSession
{
    private PyObject* _outTarget;
    private PyObject* _errorTarget;

    /// <summary>Sends what is printed to another object; gives back where it went before.</summary>
    public PyObject* Redirect(HostArguments arguments)
    {
        bool error = PyText.ToManaged(arguments[0]) == "stderr";
        PyObject* target = arguments[1] == Py_None ? null : arguments[1];
        if (target != null)
        {
            Py_IncRef(target);
        }

        ref PyObject* slot = ref error ? ref _errorTarget : ref _outTarget;
        PyObject* before = slot;
        slot = target;
        if (before == null)
        {
            before = Py_None;
            Py_IncRef(before);
        }

        return before;
    }

    /// <summary><c>print</c>. While sys.stdout is the session's own, text goes straight to the buffer.</summary>
    public PyObject* Print(HostArguments arguments)
    {
        if (arguments.Named == 0 && _outTarget == null)
        {
            if (IsOwnStream("stdout"u8, _prelude.StandardOut))
            {
                return PrintPlain(arguments, " ", "\n");
            }
        }

        return PrintNamed(arguments);
    }

    /// <summary><c>write</c> of sys.stdout and sys.stderr.</summary>
    public static PyObject* Write(HostArguments arguments, bool error)
    {
        PyObject* text = arguments.Positional == 1 ? arguments[0] : null;
        if (text == null || !PyText.Is(text))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), "write() needs one str");
        }

        if (PythonThread.Current?.Tenant is ReplSession session)
        {
            PyObject* target = error ? session._errorTarget : session._outTarget;
            if (target != null)
            {
                return WriteTo(target, text);
            }

            OutputBuffer buffer = error ? session._error : session._out;
            buffer.Append(text);
            session.CheckOutput();
        }
        else
        {
            // A thread that the cell started (Trusted only) belongs to no session.
            string shown = PyText.ToManaged(text);
            using GilRelease released = PythonThread.ReleaseGil();
#pragma warning disable RS0030 // It is the program's own code that prints, and has no other place to.
            Console.Error.Write(shown);
#pragma warning restore RS0030
        }

        return PyLong_FromLongLong(PyUnicode_GetLength(text));
    }

    private static PyObject* WriteTo(PyObject* target, PyObject* text)
    {
        fixed (byte* name = "write"u8)
        {
            // Its code may end the redirection.
            using Owned kept = new Borrowed(target).Own();
            using Owned write = new(PyObject_GetAttrString(target, name));
            return write.IsNull ? null : PythonCall.Invoke(write.Pointer, text);
        }
    }

    private static bool IsOwnStream(ReadOnlySpan<byte> name, PyObject* own)
    {
        fixed (byte* text = name)
        {
            return PySys_GetObject(text) == own;
        }
    }

    private PyObject* PrintPlain(HostArguments arguments, string separator, string end)
    {
        for (nint i = 0; i < arguments.Positional; i++)
        {
            if (i > 0)
            {
                _out.Append(separator);
            }

            PyObject* value = arguments[i];
            if (value->Type == PyUnicode_Type)
            {
                _out.Append(value);
                continue;
            }

            using Owned text = new(PyObject_Str(value));
            if (text.IsNull)
            {
                return null;
            }

            _out.Append(text.Pointer);
        }

        _out.Append(end);
        CheckOutput();
        Py_IncRef(Py_None);
        return Py_None;
    }

    private PyObject* PrintNamed(HostArguments arguments)
    {
        if (_outTarget == null && arguments.Get(-1, "file") is var file && (file == null || file == Py_None || file == _prelude.StandardOut)
            && IsOwnStream("stdout"u8, _prelude.StandardOut)
            && TryOption(arguments, "sep", " ", out string separator) && TryOption(arguments, "end", "\n", out string end)
            && OnlyKnown(arguments))
        {
            return PrintPlain(arguments, separator, end);
        }

        return arguments.Forward(_prelude.RealPrint);
    }

    private static bool OnlyKnown(HostArguments arguments)
    {
        int known = 0;
        foreach (string name in (ReadOnlySpan<string>)["file", "sep", "end", "flush"])
        {
            known += arguments.Get(-1, name) == null ? 0 : 1;
        }

        return known == arguments.Named;
    }

    private static bool TryOption(HostArguments arguments, string name, string otherwise, out string text)
    {
        PyObject* value = arguments.Get(-1, name);
        text = otherwise;
        if (value == null || value == Py_None)
        {
            return true;
        }

        if (!PyText.Is(value))
        {
            return false;
        }

        text = PyText.ToManaged(value);
        return true;
    }

    private void CheckOutput()
    {
        if (_out.Written + _error.Written > _options.Limits.OutputTotal)
        {
            _thread.Interrupts.Request(_thread.Interrupts.Run, InterruptReason.Output);
        }
    }
}
