using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>The arguments of a host function, by position or by name. Borrowed from the caller.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe ref struct HostArguments(PyObject** values, nint count, PyObject* names)
{
    private readonly PyObject** _values = values;
    private readonly nint _count = count;
    private readonly PyObject* _names = names;

    /// <summary>Arguments given by position.</summary>
    public nint Positional => _count;

    /// <summary>Arguments given by name.</summary>
    public nint Named => _names == null ? 0 : PyTuple_Size(_names);

    /// <summary>The argument at a position.</summary>
    public PyObject* this[nint index] => _values[index];

    /// <summary>The argument of a parameter, or null when it was not given.</summary>
    public PyObject* Get(int position, string name) => position >= 0 && position < _count ? _values[position] : Find(name);

    /// <summary>Raises TypeError unless the arguments fit the parameters.</summary>
    /// <param name="function">For the message.</param>
    /// <param name="required">How many of the parameters must be given.</param>
    /// <param name="parameters">The names, in order.</param>
    /// <returns>False when an exception is pending.</returns>
    public bool Fit(string function, int required, ReadOnlySpan<string> parameters)
    {
        if (_count > parameters.Length)
        {
            return Refuse($"{function}() takes at most {parameters.Length} arguments ({_count} given)");
        }

        for (nint i = 0; i < Named; i++)
        {
            string name = PyText.ToManaged(PyTuple_GetItem(_names, i));
            int position = parameters.IndexOf(name);
            if (position < 0)
            {
                return Refuse($"{function}() got an unexpected keyword argument '{name}'. It takes: {string.Join(", ", parameters.ToArray())}");
            }

            if (position < _count)
            {
                return Refuse($"{function}() got multiple values for argument '{name}'");
            }
        }

        for (int i = 0; i < required; i++)
        {
            if (Get(i, parameters[i]) == null)
            {
                return Refuse($"{function}() missing required argument: '{parameters[i]}'");
            }
        }

        return true;
    }

    /// <summary>Calls another function with the same arguments.</summary>
    public PyObject* Forward(PyObject* function) => PythonCall.Invoke(function, _values, _count, _names);

    private static bool Refuse(string message)
    {
        PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), message);
        return false;
    }

    private PyObject* Find(string name)
    {
        for (nint i = 0; i < Named; i++)
        {
            if (PyText.ToManaged(PyTuple_GetItem(_names, i)) == name)
            {
                return _values[_count + i];
            }
        }

        return null;
    }
}
