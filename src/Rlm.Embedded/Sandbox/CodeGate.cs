using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Looks at compiled code before it runs: every attribute, global, import and keyword it names stands in the code object's tables,
/// whatever the syntax it came from. Needs the GIL. About a microsecond for a cell.
/// </summary>
internal static unsafe class CodeGate
{
    private const int DeepestNesting = 100;

    private static PyObject* s_names;
    private static PyObject* s_constants;
    private static PyObject* s_bytes;
    private static PyObject* s_lines;
    private static PyTypeObject* s_codeType;

    /// <summary>Learns what a code object is. Called once, with any code object.</summary>
    public static void Prepare(PyObject* anyCode)
    {
        s_codeType = anyCode->Type;
        s_names = Descriptor("co_names"u8);
        s_constants = Descriptor("co_consts"u8);
        s_bytes = Descriptor("co_code"u8);
        s_lines = Descriptor("co_lines"u8);
    }

    /// <summary>The first name that restricted code may not use, or null.</summary>
    /// <param name="code">A code object.</param>
    /// <param name="except">Names that this code may use all the same.</param>
    public static RefusedName? FindRefused(PyObject* code, ReadOnlySpan<string> except = default) => FindRefused(code, 0, except);

    /// <summary>True when the code itself spells a name, as an attribute or as the text it hands to getattr.</summary>
    public static bool Spells(PyObject* code, string name)
    {
        using Owned names = new(Get(s_names, code));
        using Owned constants = new(Get(s_constants, code));
        return Holds(names.Pointer, name) || Holds(constants.Pointer, name);
    }

    /// <summary>True when the object is one of the code's own constants: text that stands in its source, not text that it computed.</summary>
    public static bool HasConstant(PyObject* code, PyObject* constant)
    {
        using Owned constants = new(PythonError.Check(s_constants->Type->DescriptorGet(s_constants, code, s_codeType)));
        nint count = PyTuple_Size(constants.Pointer);
        for (nint i = 0; i < count; i++)
        {
            if (PyTuple_GetItem(constants.Pointer, i) == constant)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the function is one of a list, each name between spaces.</summary>
    public static bool IsNamed(PyObject* code, string names)
    {
        fixed (byte* attribute = "co_name"u8)
        {
            using Owned name = new(PythonError.Check(PyObject_GetAttrString(code, attribute)));
            return names.Contains(' ' + PyText.ToManaged(name.Pointer) + ' ', StringComparison.Ordinal);
        }
    }

    private static bool Holds(PyObject* tuple, string name)
    {
        nint count = PyTuple_Size(tuple);
        for (nint i = 0; i < count; i++)
        {
            PyObject* item = PyTuple_GetItem(tuple, i);
            if (item->Type == PyTuple_Type ? Holds(item, name) : item->Type == PyUnicode_Type && PyUnicode_GetLength(item) == name.Length && PyText.ToManaged(item) == name)
            {
                return true;
            }
        }

        return false;
    }

    private static RefusedName? FindRefused(PyObject* code, int depth, ReadOnlySpan<string> except)
    {
        if (depth > DeepestNesting)
        {
            return new RefusedName("(functions nested too deeply)", NameUse.Variable, null);
        }

        using Owned names = new(Get(s_names, code));
        for (int at = FindSuspicious(names.Pointer, 0, dotted: true, except, out string name); at >= 0; at = FindSuspicious(names.Pointer, at + 1, dotted: true, except, out name))
        {
            if (FindUse(code, name, at, depth) is { } refused)
            {
                return refused;
            }
        }

        using Owned constants = new(Get(s_constants, code));
        nint count = PyTuple_Size(constants.Pointer);
        for (nint i = 0; i < count; i++)
        {
            PyObject* constant = PyTuple_GetItem(constants.Pointer, i);
            RefusedName? refused = constant->Type == s_codeType ? FindRefused(constant, depth + 1, except)
                : constant->Type == PyTuple_Type ? FindKeyword(code, constant, except)
                : null;
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    /// <summary>The first name of a tuple, from a place on, that some use of is refused: its place, or -1.</summary>
    private static int FindSuspicious(PyObject* tuple, int from, bool dotted, ReadOnlySpan<string> except, out string name)
    {
        nint count = PyTuple_Size(tuple);
        for (int i = from; i < count; i++)
        {
            PyObject* item = PyTuple_GetItem(tuple, i);
            if (item->Type != PyUnicode_Type || !PyText.TryView(item, out byte* data, out int kind, out nint length) || kind != 1 || length > 200)
            {
                // Refused names are ASCII; only a str of one byte a character can be one.
                continue;
            }

            if (length > 2 && data[0] is (byte)'_' or (byte)'a' or (byte)'c' or (byte)'f' or (byte)'g' or (byte)'m' or (byte)'t')
            {
                name = PyText.ToManaged(item);

                // What has a dot is the name of an imported module: the module gate judges it.
                if (!(dotted && name.Contains('.')) && !NameRule.Allows(name) && !except.Contains(name))
                {
                    return i;
                }
            }
        }

        name = "";
        return -1;
    }

    /// <summary>What code does with a name that is not always allowed, if that is refused. What stands at the top of a cell is a variable, not a member of a class.</summary>
    private static RefusedName? FindUse(PyObject* code, string name, int index, int depth)
    {
        using Owned bytes = new(Get(s_bytes, code));
        (NameUse use, int offset) = Opcodes.Current.FindUse(Bytes(bytes.Pointer), index, use => !NameRule.Allows(name, use is NameUse.Definition && depth == 0 ? NameUse.Variable : use));
        return offset < 0 ? null : new RefusedName(name, use, LineAt(code, offset));
    }

    /// <summary>A tuple of constants may hold the keywords of a call, which are only names, or of a class pattern, which are looked up.</summary>
    private static RefusedName? FindKeyword(PyObject* code, PyObject* tuple, ReadOnlySpan<string> except)
    {
        for (int at = FindSuspicious(tuple, 0, dotted: false, except, out string name); at >= 0; at = FindSuspicious(tuple, at + 1, dotted: false, except, out name))
        {
            using Owned bytes = new(Get(s_bytes, code));
            int pattern = Opcodes.Current.FindClassPattern(Bytes(bytes.Pointer));
            NameUse use = pattern >= 0 ? NameUse.Read : NameUse.Variable;
            bool isSlot = pattern < 0 && name is "__dict__" or "__weakref__"; // Of __slots__ in the body of a class.
            if (!isSlot && !NameRule.Allows(name, use))
            {
                return new RefusedName(name, use, pattern >= 0 ? LineAt(code, pattern) : null);
            }
        }

        return null;
    }

    private static int? LineAt(PyObject* code, int offset)
    {
        using Owned method = new(Get(s_lines, code));
        using Owned lines = new(PythonError.Check(PythonCall.Invoke(method.Pointer)));
        using Owned list = new(PythonError.Check(PySequence_List(lines.Pointer)));
        for (nint i = 0; i < PyList_Size(list.Pointer); i++)
        {
            PyObject* range = PyList_GetItem(list.Pointer, i);
            if (Number(range, 0) <= offset && offset < Number(range, 1))
            {
                return PyTuple_GetItem(range, 2) == Py_None ? null : (int)Number(range, 2);
            }
        }

        return null;
    }

    private static long Number(PyObject* tuple, nint at)
    {
        int overflow;
        return PyLong_AsLongLongAndOverflow(PyTuple_GetItem(tuple, at), &overflow);
    }

    private static ReadOnlySpan<byte> Bytes(PyObject* bytes)
    {
        byte* data;
        nint length;
        return PyBytes_AsStringAndSize(bytes, &data, &length) == 0 ? new ReadOnlySpan<byte>(data, (int)length) : throw PythonError.TakeAsException();
    }

    private static PyObject* Get(PyObject* descriptor, PyObject* code) => PythonError.Check(descriptor->Type->DescriptorGet(descriptor, code, s_codeType));

    /// <summary>The attribute as CPython defines it, taken before the guards are laid over it.</summary>
    private static PyObject* Descriptor(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return PythonError.Check(PyObject_GetAttrString((PyObject*)s_codeType, text));
        }
    }
}
