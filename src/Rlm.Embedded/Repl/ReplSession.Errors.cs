using System.Globalization;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>What went wrong in a cell, in words.</content>
internal sealed unsafe partial class ReplSession
{
    /// <summary>Why the code ended; null where it ended because its answer was given.</summary>
    private CellError? TakeError()
    {
        bool interrupted = _thread.Interrupts.IsRequested;
        if (interrupted)
        {
            _thread.Interrupts.Shield();
        }

        using Owned error = new(PythonError.Take());
        _ = CheckAnswerQuietly(plainOnly: interrupted);
        if (_isAnswered && !error.IsNull && (PyObject*)error.Pointer->Type == Interrupts.ExceptionType)
        {
            return null;
        }

        // NumPy's own is a class derived from it.
        _isOutOfMemory = !error.IsNull && PyType_IsSubtype(error.Pointer->Type, (PyTypeObject*)PythonRuntime.Current!.ExceptionType("MemoryError")) != 0;
        if (interrupted)
        {
            int? line = StoppedLine(error.Pointer);
            return new CellError("CellInterrupted", "", line, "");
        }

        using Owned sources = new(SourcesAsDict());
        using Owned parts = new(PythonCall.Invoke(_prelude.FormatError, error.Pointer, sources.Pointer));
        if (parts.IsNull)
        {
            // The exception's own code failed or was interrupted while it was read.
            PyErr_Clear();
            return new CellError(PythonError.TypeName(error.Pointer), "(its text cannot be read)", null, "");
        }

        PyObject* line2 = PyTuple_GetItem(parts.Pointer, 2);
        int overflow;
        return new CellError(
            PyText.ToManaged(PyTuple_GetItem(parts.Pointer, 0)),
            PyText.ToManaged(PyTuple_GetItem(parts.Pointer, 1)),
            line2 == Py_None ? null : (int)PyLong_AsLongLongAndOverflow(line2, &overflow),
            PyText.ToManaged(PyTuple_GetItem(parts.Pointer, 3)));
    }

    private int? StoppedLine(PyObject* error)
    {
        using Owned sources = new(SourcesAsDict());
        using Owned line = new(PythonCall.Invoke(_prelude.StoppedLine, error, sources.Pointer));
        if (line.IsNull)
        {
            PyErr_Clear();
            return null;
        }

        int overflow;
        return line.Pointer == Py_None ? null : (int)PyLong_AsLongLongAndOverflow(line.Pointer, &overflow);
    }

    /// <summary>The source of one of the last cells, a new reference; None where it is not known.</summary>
    public PyObject* SourceOf(string file)
    {
        foreach ((string name, string source) in _sources)
        {
            if (name == file)
            {
                return PyText.ToPython(source);
            }
        }

        Py_IncRef(Py_None);
        return Py_None;
    }

    private PyObject* SourcesAsDict()
    {
        PyObject* dict = PythonError.Check(PyDict_New());
        foreach ((string file, string source) in _sources)
        {
            // Not interned: 3.12 keeps interned strings for ever.
            using Owned name = new(PythonError.Check(PyText.ToPython(file)));
            using Owned text = new(PythonError.Check(PyText.ToPython(source)));
            PythonError.Check(PyDict_SetItem(dict, name.Pointer, text.Pointer));
        }

        return dict;
    }

    private CellError Describe(CellStop stop, CellError? error, Cell cell)
    {
        int? line = error?.Line;
        string place = line is null ? "" : $" at line {line}";
        const string kept = "The variables made before that are still there.";
        (string type, string message) = stop switch
        {
            CellStop.Timeout => ("TimeoutError", $"the cell was stopped{place}: it ran longer than {TooLong(cell)}. {kept}"),
            CellStop.Cancelled => ("CancelledError", $"the cell was cancelled{place}. {kept}"),
            CellStop.HostCalls => ("HostCallsError", $"the cell was stopped{place}: it made {_cellCalls:N0} calls to models and tools, its session {_sessionCalls:N0}; a cell may make {Most(_options.Limits.CellHostCalls)}, a session {Most(_options.Limits.SessionHostCalls)}. {kept}"),
            CellStop.Output => ("OutputError", $"the cell was stopped{place}: it printed {_out.Written + _error.Written:N0} characters; a cell may print {_options.Limits.OutputTotal:N0}. {kept}"),
            _ => ("MemoryError", $"the cell was stopped{place}: the {_options.Limits.Memory >> 20:N0} MiB of memory that its session has are used up. {kept}"),
        };
        return new CellError(type, message, line, $"{type}: {message}\n");
    }

    private string TooLong(Cell cell)
    {
        ReplLimits limits = _options.Limits;
        return WallTimeIsUp ? $"{limits.CellWallTime?.TotalSeconds:0.###} s, sub-calls counted"
            : _ran >= limits.SessionTime ? $"the {limits.SessionTime?.TotalSeconds:0.###} s that its session has, sub-calls not counted"
            : $"{(cell.Timeout ?? limits.CellTimeout)?.TotalSeconds:0.###} s, sub-calls not counted";
    }

    private static string Most(int? calls) => calls?.ToString("N0", CultureInfo.InvariantCulture) ?? "any number";
}
