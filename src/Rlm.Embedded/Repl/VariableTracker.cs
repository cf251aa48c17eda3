using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Knows which globals the session's code has made. A look at unchanged globals compares three words an entry and allocates nothing.
/// </summary>
internal sealed unsafe class VariableTracker
{
    private readonly HashSet<string> _hidden;
    private IReadOnlyList<ReplVariable> _before = [];
    private nint[] _seen = new nint[48];
    private int _seenCount;

    /// <summary>Makes a tracker.</summary>
    /// <param name="hidden">Names that are not the session's own.</param>
    public VariableTracker(HashSet<string> hidden) => _hidden = hidden;

    /// <summary>All variables as of the last <see cref="Look"/>.</summary>
    public IReadOnlyList<ReplVariable> Variables { get; private set; } = [];

    /// <summary>Those that did not exist at the last <see cref="Begin"/>.</summary>
    public IReadOnlyList<ReplVariable> NewVariables { get; private set; } = [];

    /// <summary>Marks the start of a cell.</summary>
    public void Begin()
    {
        _before = Variables;
        NewVariables = [];
    }

    /// <summary>Compares the globals with what was seen last. Needs the GIL.</summary>
    public void Look(PyObject* globals)
    {
        nint position = 0;
        PyObject* key, value;
        int count = 0;
        bool same = true;
        while (PyDict_Next(globals, &position, &key, &value) != 0)
        {
            if (count + 3 > _seen.Length)
            {
                Array.Resize(ref _seen, _seen.Length * 2);
            }

            nint length = LengthOf(value);
            same &= count < _seenCount && _seen[count] == (nint)key && _seen[count + 1] == (nint)value->Type && _seen[count + 2] == length;
            _seen[count] = (nint)key;
            _seen[count + 1] = (nint)value->Type;
            _seen[count + 2] = length;
            count += 3;
        }

        same &= count == _seenCount;
        _seenCount = count;
        if (!same)
        {
            List(globals);
        }
    }

    /// <summary>The length of a value whose length the interpreter knows, else -1. Runs no code of the session's: subclasses may have a <c>__len__</c> of their own.</summary>
    private static nint LengthOf(PyObject* value)
    {
        PyTypeObject* type = value->Type;
        return type == PyUnicode_Type ? PyUnicode_GetLength(value)
            : type == PyList_Type ? PyList_Size(value)
            : type == PyDict_Type ? PyDict_Size(value)
            : type == PyTuple_Type ? PyTuple_Size(value)
            : type == PyBytes_Type ? PyBytes_Size(value)
            : type == PySet_Type || type == PyFrozenSet_Type ? PySet_Size(value)
            : type == PyByteArray_Type ? PyByteArray_Size(value)
            : -1;
    }

    private void List(PyObject* globals)
    {
        HashSet<string> before = [.. _before.Select(variable => variable.Name)];
        List<ReplVariable> all = [];
        List<ReplVariable> fresh = [];
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(globals, &position, &key, &value) != 0)
        {
            if (!PyText.Is(key))
            {
                continue;
            }

            string name = PyText.ToManaged(key);
            if (_hidden.Contains(name) || name.StartsWith("__", StringComparison.Ordinal))
            {
                continue;
            }

            ReplVariable variable = new(name, PythonError.TypeName(value)) { Length = LengthOf(value) is var length and >= 0 ? length : null };
            all.Add(variable);
            if (!before.Contains(name))
            {
                fresh.Add(variable);
            }
        }

        Variables = all;
        NewVariables = fresh;
    }
}
