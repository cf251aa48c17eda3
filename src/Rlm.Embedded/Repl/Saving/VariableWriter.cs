using System.Buffers.Binary;
using System.Numerics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl.Saving;

/// <summary>
/// Writes variables as the body of a file, each whole or not at all. Only exact built-in types count as plain, so that no code of the session runs.
/// Needs the GIL.
/// </summary>
/// <param name="stop">Asked often; throws when the time is up.</param>
internal sealed unsafe class VariableWriter(Action stop) : IDisposable
{
    private readonly MemoryStream _out = new();
    private readonly Dictionary<nint, int> _numbers = [];
    private readonly List<nint> _order = [];
    private readonly HashSet<nint> _unfinished = [];

    public int Count { get; private set; }

    /// <summary>Writes a variable.</summary>
    /// <returns>Null, or why it cannot be saved; then nothing is written.</returns>
    public string? Write(PyObject* name, PyObject* value)
    {
        long start = _out.Length;
        int objects = _order.Count;
        if ((WriteText(name) ?? Write(value, 0)) is not { } reason)
        {
            Count++;
            return null;
        }

        _out.SetLength(start);
        foreach (nint dropped in _order[objects..])
        {
            _numbers.Remove(dropped);
        }

        _order.RemoveRange(objects, _order.Count - objects);
        _unfinished.Clear();
        return reason;
    }

    /// <summary>The body.</summary>
    public byte[] Finish()
    {
        using MemoryStream body = new();
        WriteNumber(body, (ulong)Count);
        _out.Position = 0;
        _out.CopyTo(body);
        return body.ToArray();
    }

    public void Dispose() => _out.Dispose();

    private string? Write(PyObject* value, int depth)
    {
        stop();
        PyTypeObject* type = value->Type;
        if (value == Py_None || type == PyBool_Type)
        {
            Put(value == Py_None ? Tag.None : value == Py_True ? Tag.True : Tag.False);
            return null;
        }

        if (type == PyLong_Type)
        {
            return WriteInteger(value);
        }

        if (type == PyFloat_Type)
        {
            Span<byte> bits = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bits, PyFloat_AsDouble(value));
            Put(Tag.Float);
            _out.Write(bits);
            return null;
        }

        if (_numbers.TryGetValue((nint)value, out int number))
        {
            Put(Tag.Reference);
            WriteNumber(_out, (ulong)number);
            return _unfinished.Contains((nint)value) ? $"a {PythonError.TypeName(value)} in it contains itself" : null;
        }

        if (type == PyUnicode_Type)
        {
            Number(value);
            Put(Tag.Text);
            return WriteText(value);
        }

        if (type == PyBytes_Type)
        {
            Number(value);
            Put(Tag.Bytes);
            byte* data;
            nint length;
            PythonError.Check(PyBytes_AsStringAndSize(value, &data, &length));
            WriteNumber(_out, (ulong)length);
            return TooLarge(length) ?? PutBytes(new ReadOnlySpan<byte>(data, (int)length));
        }

        return depth >= VariableFormat.MaxDepth ? $"it nests deeper than {VariableFormat.MaxDepth:N0} levels" : WriteContainer(value, depth);
    }

    private string? WriteContainer(PyObject* value, int depth)
    {
        PyTypeObject* type = value->Type;
        if (type == PyList_Type || type == PyTuple_Type)
        {
            Number(value);
            Put(type == PyList_Type ? Tag.List : Tag.Tuple);
            return WriteItems(value, type == PyTuple_Type, depth);
        }

        if (type == PySet_Type || type == PyFrozenSet_Type)
        {
            Number(value);
            Put(type == PySet_Type ? Tag.Set : Tag.FrozenSet);
            using Owned items = new(PythonError.Check(PySequence_List(value)));
            return WriteItems(items.Pointer, false, depth);
        }

        if (type != PyDict_Type)
        {
            return depth == 0 ? $"it is a {PythonError.TypeName(value)}, which is not plain data" : $"it holds a {PythonError.TypeName(value)}, which is not plain data";
        }

        Number(value);
        Put(Tag.Dict);
        WriteNumber(_out, (ulong)PyDict_Size(value));
        nint position = 0;
        PyObject* key, item;
        while (PyDict_Next(value, &position, &key, &item) != 0)
        {
            if ((Write(key, depth + 1) ?? Write(item, depth + 1) ?? TooLarge()) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private string? WriteItems(PyObject* items, bool isTuple, int depth)
    {
        // A tuple is made when its items are there: none of them can refer to it.
        nint count = isTuple ? PyTuple_Size(items) : PyList_Size(items);
        if (isTuple)
        {
            _unfinished.Add((nint)items);
        }

        WriteNumber(_out, (ulong)count);
        for (nint i = 0; i < count; i++)
        {
            if ((Write(isTuple ? PyTuple_GetItem(items, i) : PyList_GetItem(items, i), depth + 1) ?? TooLarge()) is { } reason)
            {
                return reason;
            }
        }

        _unfinished.Remove((nint)items);
        return null;
    }

    private string? WriteInteger(PyObject* value)
    {
        BigInteger number = PyValues.ToManaged(value) is long small ? small : (BigInteger)PyValues.ToManaged(value)!;
        byte[] bytes = number.ToByteArray();
        Put(Tag.Int);
        WriteNumber(_out, (ulong)bytes.Length);
        return TooLarge(bytes.Length) ?? PutBytes(bytes);
    }

    private string? WriteText(PyObject* text)
    {
        fixed (byte* encoding = "utf-8"u8)
        fixed (byte* errors = "surrogatepass"u8)
        {
            using Owned encoded = new(PythonError.Check(PyUnicode_AsEncodedString(text, encoding, errors)));
            byte* data;
            nint length;
            PythonError.Check(PyBytes_AsStringAndSize(encoded.Pointer, &data, &length));
            WriteNumber(_out, (ulong)length);
            return TooLarge(length) ?? PutBytes(new ReadOnlySpan<byte>(data, (int)length));
        }
    }

    private string? PutBytes(ReadOnlySpan<byte> bytes)
    {
        _out.Write(bytes);
        return null;
    }

    private string? TooLarge(long more = 0) =>
        _out.Length + more > VariableFormat.MostBytes ? $"the file would be larger than {VariableFormat.MostBytes:N0} bytes" : null;

    private void Number(PyObject* value)
    {
        _numbers.Add((nint)value, _order.Count);
        _order.Add((nint)value);
    }

    private void Put(Tag tag) => _out.WriteByte((byte)tag);

    private static void WriteNumber(MemoryStream target, ulong number)
    {
        while (number >= 0x80)
        {
            target.WriteByte((byte)(number | 0x80));
            number >>= 7;
        }

        target.WriteByte((byte)number);
    }
}
