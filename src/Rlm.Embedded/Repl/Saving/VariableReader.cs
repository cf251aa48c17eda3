using System.Buffers.Binary;
using System.Numerics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl.Saving;

/// <summary>Makes the values of a body that a stranger may have written. Needs the GIL; runs no Python code.</summary>
/// <param name="body">The body.</param>
/// <param name="stop">Asked often; throws when the time is up.</param>
internal sealed unsafe class VariableReader(byte[] body, Action stop) : IDisposable
{
    // Owned; 0 for a tuple or frozenset that is not complete.
    private readonly List<nint> _objects = [];
    private int _position;

    /// <summary>A new dict of all variables.</summary>
    /// <exception cref="RlmSavedVariablesException">The body makes no sense.</exception>
    public PyObject* Read()
    {
        using Owned variables = new(PythonError.Check(PyDict_New()));
        for (int left = ReadCount(); left > 0; left--)
        {
            using Owned name = new(ReadText());
            using Owned value = new(ReadValue(0));
            PythonError.Check(PyDict_SetItem(variables.Pointer, name.Pointer, value.Pointer));
        }

        return _position == body.Length ? Kept(variables.Pointer) : throw Damaged("there is more after the last variable");
    }

    public void Dispose()
    {
        foreach (nint value in _objects)
        {
            Py_DecRef((PyObject*)value);
        }

        _objects.Clear();
    }

    private PyObject* ReadValue(int depth)
    {
        stop();
        if (depth > VariableFormat.MaxDepth)
        {
            throw Damaged($"a value nests deeper than {VariableFormat.MaxDepth:N0} levels");
        }

        var tag = (Tag)Take(1)[0];
        switch (tag)
        {
            case Tag.None:
                return Kept(Py_None);
            case Tag.True:
                return Kept(Py_True);
            case Tag.False:
                return Kept(Py_False);
            case Tag.Int:
                return PyValues.ToPython(new BigInteger(Take(ReadCount())));
            case Tag.Float:
                return PythonError.Check(PyFloat_FromDouble(BinaryPrimitives.ReadDoubleLittleEndian(Take(8))));
            case Tag.Text:
                return Numbered(ReadText());
            case Tag.Bytes:
                return Numbered(PyValues.ToPython(Take(ReadCount()).ToArray()));
            case Tag.List:
                return ReadList(Numbered(PythonError.Check(PyList_New(0))), depth);
            case Tag.Tuple or Tag.FrozenSet:
                return ReadFixed(tag, depth);
            case Tag.Dict:
                return ReadDict(Numbered(PythonError.Check(PyDict_New())), depth);
            case Tag.Set:
                return ReadSet(Numbered(PythonError.Check(PySet_New(null))), depth);
            case Tag.Reference:
                return ReadReference();
            default:
                throw Damaged($"a value begins with {(byte)tag}");
        }
    }

    private PyObject* ReadReference()
    {
        int number = ReadCount(bounded: false);
        return number < _objects.Count && _objects[number] != 0 ? Kept((PyObject*)_objects[number]) : throw Damaged($"there is no object {number}");
    }

    private PyObject* ReadList(PyObject* list, int depth)
    {
        using Owned kept = new(list);
        for (int left = ReadCount(); left > 0; left--)
        {
            using Owned item = new(ReadValue(depth + 1));
            PythonError.Check(PyList_Append(list, item.Pointer));
        }

        return Kept(list);
    }

    private PyObject* ReadFixed(Tag tag, int depth)
    {
        int number = _objects.Count;
        _objects.Add(0);
        using Owned items = new(ReadList(PythonError.Check(PyList_New(0)), depth));
        PyObject* value = PythonError.Check(tag == Tag.Tuple ? PyList_AsTuple(items.Pointer) : PyFrozenSet_New(items.Pointer));
        _objects[number] = (nint)Kept(value);
        return value;
    }

    private PyObject* ReadDict(PyObject* dict, int depth)
    {
        using Owned kept = new(dict);
        for (int left = ReadCount(); left > 0; left--)
        {
            using Owned key = new(ReadValue(depth + 1));
            using Owned item = new(ReadValue(depth + 1));
            PythonError.Check(PyDict_SetItem(dict, key.Pointer, item.Pointer));
        }

        return Kept(dict);
    }

    private PyObject* ReadSet(PyObject* set, int depth)
    {
        using Owned kept = new(set);
        for (int left = ReadCount(); left > 0; left--)
        {
            using Owned item = new(ReadValue(depth + 1));
            PythonError.Check(PySet_Add(set, item.Pointer));
        }

        return Kept(set);
    }

    private PyObject* ReadText()
    {
        ReadOnlySpan<byte> text = Take(ReadCount());
        byte none;
        fixed (byte* data = text)
        fixed (byte* errors = "surrogatepass"u8)
        {
            return PythonError.Check(PyUnicode_DecodeUTF8(data == null ? &none : data, text.Length, errors));
        }
    }

    /// <summary>A number; as a count it cannot be more than there are bytes left, since nothing takes less than one.</summary>
    private int ReadCount(bool bounded = true)
    {
        ulong number = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = Take(1)[0];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number <= (ulong)(bounded ? body.Length - _position : int.MaxValue) ? (int)number : throw Damaged($"it counts {number:N0} where less is left");
            }
        }

        throw Damaged("a number has no end");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > body.Length - _position)
        {
            throw Damaged("a value ends early");
        }

        _position += count;
        return body.AsSpan(_position - count, count);
    }

    /// <summary>Keeps a reference of its own: a later equal key may drop the one in a container.</summary>
    private PyObject* Numbered(PyObject* value)
    {
        _objects.Add((nint)Kept(value));
        return value;
    }

    private RlmSavedVariablesException Damaged(string what) => new($"The saved variables make no sense at byte {_position:N0}: {what}. Save them again.");

    private static PyObject* Kept(PyObject* value)
    {
        Py_IncRef(value);
        return value;
    }
}
