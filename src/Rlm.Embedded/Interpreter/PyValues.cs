using System.Collections;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Plain values between .NET and Python, by copy and without loss. What has no exact counterpart is refused with a message, never approximated.
/// <list type="table">
/// <item><term>None</term><description>null</description></item>
/// <item><term>bool, float, str, bytes</term><description><see cref="bool"/>, <see cref="double"/>, <see cref="string"/>, <see cref="byte"/> array</description></item>
/// <item><term>int</term><description><see cref="long"/>, or <see cref="BigInteger"/> when it does not fit</description></item>
/// <item><term>list, tuple</term><description><see cref="List{T}"/> of values</description></item>
/// <item><term>dict</term><description><see cref="Dictionary{TKey, TValue}"/> with keys of type <see cref="string"/>; a key of another type is refused, as
/// <c>1</c> and <c>'1'</c> would become one</description></item>
/// </list>
/// Instances of subclasses count as what they derive from. An object that occurs twice arrives as one object twice; one that contains itself is refused.
/// Every member needs the GIL, and runs no Python code.
/// </summary>
internal static unsafe class PyValues
{
    /// <summary>How deep lists and dictionaries may nest.</summary>
    public const int MaxDepth = 128;

    // Where Python's own int(str) stops: the work grows with the square.
    private const int MaxDigits = 4_300;

    /// <summary>A copy of a Python value.</summary>
    /// <param name="value">Borrowed.</param>
    /// <param name="limit">Bytes the copy may have, roughly.</param>
    /// <exception cref="RlmException">The value, or one inside it, has no counterpart.</exception>
    /// <exception cref="ValueTooLargeException">The copy would be larger than <paramref name="limit"/>.</exception>
    public static object? ToManaged(PyObject* value, long limit = long.MaxValue)
    {
        Reader reader = new(limit);
        return reader.Read(value, 0);
    }

    /// <summary>A new reference to a Python value that equals a .NET one.</summary>
    /// <param name="value">
    /// Null, text, a number without loss (every integer type, <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>), bytes, a <see cref="JsonElement"/>,
    /// a dictionary with text as keys, or any other enumerable of such values (a list in Python).
    /// </param>
    /// <exception cref="RlmException">The value, or one inside it, has no counterpart.</exception>
    /// <exception cref="PythonException">Python has no memory left.</exception>
    public static PyObject* ToPython(object? value)
    {
        Writer writer = default;
        return writer.Write(value, 0);
    }

    private static RlmException TooDeep() => new($"The value nests deeper than {MaxDepth} levels. Give a flatter one.");

    private static RlmException Circular(string type) => new($"The {type} contains itself. Give a value without a circle.");

    private struct Reader(long limit)
    {
        private const int BytesOfAny = 32;

        private readonly long _limit = limit;
        private long _taken;

        // By address; null while the container is being read.
        private Dictionary<nint, object?>? _seen;

        public object? Read(PyObject* value, int depth)
        {
            Take(BytesOfAny);
            if (value == Py_None)
            {
                return null;
            }

            nuint flags = value->Type->Flags;
            if ((flags & PyTypeObject.UnicodeSubclass) != 0)
            {
                return ReadText(value);
            }

            if (value->Type == PyBool_Type)
            {
                return value == Py_True;
            }

            if ((flags & PyTypeObject.LongSubclass) != 0)
            {
                return ReadInteger(value);
            }

            if (PyType_IsSubtype(value->Type, PyFloat_Type) != 0)
            {
                return PyFloat_AsDouble(value);
            }

            if ((flags & PyTypeObject.BytesSubclass) != 0)
            {
                return ReadBytes(value);
            }

            if ((flags & (PyTypeObject.ListSubclass | PyTypeObject.TupleSubclass | PyTypeObject.DictSubclass)) == 0)
            {
                string type = PythonError.TypeName(value);
                throw new RlmException($"A {type} cannot be handed to the host. Give str, int, float, bool, None, bytes, list, tuple or dict; str() of it may do.");
            }

            _seen ??= [];
            if (_seen.TryGetValue((nint)value, out object? copy))
            {
                return copy ?? throw Circular(PythonError.TypeName(value));
            }

            if (depth >= MaxDepth)
            {
                throw TooDeep();
            }

            _seen[(nint)value] = null;
            copy = (flags & PyTypeObject.DictSubclass) != 0 ? ReadDict(value, depth + 1) : ReadSequence(value, depth + 1);
            _seen[(nint)value] = copy;
            return copy;
        }

        // One text may stand in a list a million times.
        private void Take(long bytes)
        {
            _taken += bytes;
            if (_taken > _limit)
            {
                throw new ValueTooLargeException(_limit);
            }
        }

        private string ReadText(PyObject* value)
        {
            Take(PyUnicode_GetLength(value) * sizeof(char));
            return PyText.ToManaged(value);
        }

        private static object ReadInteger(PyObject* value)
        {
            int overflow;
            long small = PyLong_AsLongLongAndOverflow(value, &overflow);
            if (overflow == 0)
            {
                return small;
            }

            using Owned text = new(PythonError.Check(PyNumber_ToBase(value, 16)));
            ReadOnlySpan<char> digits = PyText.ToManaged(text.Pointer);
            bool negative = digits[0] == '-';
            digits = digits[(negative ? 3 : 2)..];

            // A leading 0 keeps the first digit from being read as a sign.
            var number = BigInteger.Parse($"0{digits}", System.Globalization.NumberStyles.AllowHexSpecifier);
            return negative ? -number : number;
        }

        private byte[] ReadBytes(PyObject* value)
        {
            byte* data;
            nint length;
            PythonError.Check(PyBytes_AsStringAndSize(value, &data, &length));
            Take(length);
            return new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        }

        private List<object?> ReadSequence(PyObject* value, int depth)
        {
            bool isList = (value->Type->Flags & PyTypeObject.ListSubclass) != 0;
            nint count = isList ? PyList_Size(value) : PyTuple_Size(value);
            Take(count * BytesOfAny);
            List<object?> copy = new((int)count);
            for (nint i = 0; i < count; i++)
            {
                copy.Add(Read(isList ? PyList_GetItem(value, i) : PyTuple_GetItem(value, i), depth));
            }

            return copy;
        }

        private Dictionary<string, object?> ReadDict(PyObject* value, int depth)
        {
            Take(PyDict_Size(value) * BytesOfAny);
            Dictionary<string, object?> copy = new((int)PyDict_Size(value), StringComparer.Ordinal);
            nint position = 0;
            PyObject* key, item;
            while (PyDict_Next(value, &position, &key, &item) != 0)
            {
                if (!PyText.Is(key))
                {
                    throw new RlmException($"A dict with a key of type {PythonError.TypeName(key)} cannot be handed to the host. Make its keys str.");
                }

                // Keys of a subclass with an equality of its own may be the same text.
                if (!copy.TryAdd(ReadText(key), Read(item, depth)))
                {
                    throw new RlmException($"A dict has the key '{PyText.ToManaged(key)}' twice. Make its keys plain str.");
                }
            }

            return copy;
        }
    }

    private struct Writer
    {
        // Borrowed from the containers that hold them; 0 while the container is being written.
        private Dictionary<object, nint>? _seen;

        public PyObject* Write(object? value, int depth)
        {
            switch (value)
            {
                case null:
                    return Shared(Py_None);
                case string text:
                    return PythonError.Check(PyText.ToPython(text));
                case bool truth:
                    return Shared(truth ? Py_True : Py_False);
                case char character:
                    return PythonError.Check(PyText.ToPython([character]));
                case sbyte or byte or short or ushort or int or uint or long or nint:
                    return PythonError.Check(PyLong_FromLongLong(Convert.ToInt64(value is nint native ? (long)native : value)));
                case ulong big:
                    return PythonError.Check(PyLong_FromUnsignedLongLong(big));
                case nuint big:
                    return PythonError.Check(PyLong_FromUnsignedLongLong(big));
                case Int128 big:
                    return WriteInteger(big);
                case UInt128 big:
                    return WriteInteger(big);
                case BigInteger big:
                    return WriteInteger(big);
                case double or float:
                    return PythonError.Check(PyFloat_FromDouble(Convert.ToDouble(value)));
                case Half half:
                    return PythonError.Check(PyFloat_FromDouble((double)half));
                case byte[] bytes:
                    return WriteBytes(bytes);
                case ReadOnlyMemory<byte> bytes:
                    return WriteBytes(bytes.Span);
                case Memory<byte> bytes:
                    return WriteBytes(bytes.Span);
                case JsonElement json:
                    return WriteJson(json, depth);
                case IEnumerable items:
                    return WriteContainer(items, depth);
                default:
                    throw new RlmException(
                        $"A value of type {value.GetType()} cannot be handed to Python. Give text, a number, bool, null, bytes, a list or a dictionary of these.");
            }
        }

        private static PyObject* Shared(PyObject* value)
        {
            Py_IncRef(value);
            return value;
        }

        private static PyObject* WriteInteger(BigInteger value)
        {
            if (value >= long.MinValue && value <= long.MaxValue)
            {
                return PythonError.Check(PyLong_FromLongLong((long)value));
            }

            string digits = BigInteger.Abs(value).ToString("x");
            fixed (byte* text = Encoding.ASCII.GetBytes($"{(value.Sign < 0 ? "-" : "")}{digits}\0"))
            {
                return PythonError.Check(PyLong_FromString(text, null, 16));
            }
        }

        private static PyObject* WriteBytes(ReadOnlySpan<byte> bytes)
        {
            fixed (byte* data = bytes)
            {
                byte none;
                return PythonError.Check(PyBytes_FromStringAndSize(data == null ? &none : data, bytes.Length));
            }
        }

        private PyObject* WriteJson(JsonElement json, int depth)
        {
            switch (json.ValueKind)
            {
                case JsonValueKind.String:
                    return PythonError.Check(PyText.ToPython(json.GetString()));
                case JsonValueKind.Number:
                    string digits = json.GetRawText();
                    if (digits.Length > MaxDigits)
                    {
                        throw new RlmException($"A JSON number of {digits.Length:N0} characters cannot be handed to Python. Give it as text.");
                    }

                    return digits.AsSpan().ContainsAny('.', 'e', 'E') ? PythonError.Check(PyFloat_FromDouble(json.GetDouble())) : WriteInteger(BigInteger.Parse(digits));
                case JsonValueKind.True or JsonValueKind.False:
                    return Shared(json.ValueKind == JsonValueKind.True ? Py_True : Py_False);
                case JsonValueKind.Array:
                    return WriteList(json.EnumerateArray().Select(item => (object?)item), Deeper(depth));
                case JsonValueKind.Object:
                    return WriteDict(json.EnumerateObject().Select(item => ((object)item.Name, (object?)item.Value)), Deeper(depth));
                default:
                    return Shared(Py_None);
            }
        }

        private static int Deeper(int depth) => depth < MaxDepth ? depth + 1 : throw TooDeep();

        private PyObject* WriteContainer(IEnumerable items, int depth)
        {
            _seen ??= new(ReferenceEqualityComparer.Instance);
            if (_seen.TryGetValue(items, out nint known))
            {
                return known != 0 ? Shared((PyObject*)known) : throw Circular(items.GetType().Name);
            }

            depth = Deeper(depth);
            _seen[items] = 0;
            PyObject* copy = items switch
            {
                IDictionary dictionary => WriteDict(Entries(dictionary), depth),
                IReadOnlyDictionary<string, object?> dictionary => WriteDict(dictionary.Select(pair => ((object)pair.Key, pair.Value)), depth),
                IDictionary<string, object?> dictionary => WriteDict(dictionary.Select(pair => ((object)pair.Key, pair.Value)), depth),
                _ => WriteList(items.Cast<object?>(), depth),
            };
            _seen[items] = (nint)copy;
            return copy;
        }

        private static IEnumerable<(object Key, object? Value)> Entries(IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                yield return (entry.Key, entry.Value);
            }
        }

        private PyObject* WriteList(IEnumerable<object?> items, int depth)
        {
            List<object?> values = [.. items];
            using Owned list = new(PythonError.Check(PyList_New(values.Count)));
            for (int i = 0; i < values.Count; i++)
            {
                PythonError.Check(PyList_SetItem(list.Pointer, i, Write(values[i], depth)));
            }

            return Release(list);
        }

        private PyObject* WriteDict(IEnumerable<(object Key, object? Value)> items, int depth)
        {
            using Owned dict = new(PythonError.Check(PyDict_New()));
            foreach ((object key, object? value) in items)
            {
                if (key is not string text)
                {
                    throw new RlmException($"A dictionary with a key of type {key.GetType()} cannot be handed to Python. Make its keys strings.");
                }

                using Owned name = new(PythonError.Check(PyText.ToPython(text)));
                if (PyDict_GetItemWithError(dict.Pointer, name.Pointer) != null)
                {
                    throw new RlmException($"A dictionary has the key '{text}' twice.");
                }

                using Owned item = new(Write(value, depth));
                PythonError.Check(PyDict_SetItem(dict.Pointer, name.Pointer, item.Pointer));
            }

            return Release(dict);
        }

        // A using variable cannot be released in place.
        private static PyObject* Release(Owned owned)
        {
            Py_IncRef(owned.Pointer);
            return owned.Pointer;
        }
    }
}
