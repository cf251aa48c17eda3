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
    private static PyTypeObject* s_codeType;

    /// <summary>Learns what a code object is. Called once, with any code object.</summary>
    public static void Prepare(PyObject* anyCode)
    {
        s_codeType = anyCode->Type;
        s_names = Descriptor("co_names"u8);
        s_constants = Descriptor("co_consts"u8);
    }

    /// <summary>The first name that restricted code may not use, or null.</summary>
    /// <param name="code">A code object.</param>
    /// <param name="except">Names that this code may use all the same.</param>
    public static string? FindRefused(PyObject* code, ReadOnlySpan<string> except = default) => FindRefused(code, 0, except);

    /// <summary>True when the code itself spells a name, as an attribute or as the text it hands to getattr.</summary>
    public static bool Spells(PyObject* code, string name)
    {
        using Owned names = new(PythonError.Check(s_names->Type->DescriptorGet(s_names, code, s_codeType)));
        using Owned constants = new(PythonError.Check(s_constants->Type->DescriptorGet(s_constants, code, s_codeType)));
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

    private static string? FindRefused(PyObject* code, int depth, ReadOnlySpan<string> except)
    {
        if (depth > DeepestNesting)
        {
            return "(functions nested too deeply)";
        }

        using Owned names = new(PythonError.Check(s_names->Type->DescriptorGet(s_names, code, s_codeType)));
        if (FindInTuple(names.Pointer, dotted: true, except) is { } name)
        {
            return name;
        }

        using Owned constants = new(PythonError.Check(s_constants->Type->DescriptorGet(s_constants, code, s_codeType)));
        nint count = PyTuple_Size(constants.Pointer);
        for (nint i = 0; i < count; i++)
        {
            PyObject* constant = PyTuple_GetItem(constants.Pointer, i);
            string? refused = constant->Type == s_codeType ? FindRefused(constant, depth + 1, except)
                : constant->Type == PyTuple_Type ? FindInTuple(constant, dotted: false, except)
                : null;
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    /// <summary>A tuple of constants may hold the keywords of a call or of a class pattern.</summary>
    private static string? FindInTuple(PyObject* tuple, bool dotted, ReadOnlySpan<string> except)
    {
        nint count = PyTuple_Size(tuple);
        for (nint i = 0; i < count; i++)
        {
            PyObject* item = PyTuple_GetItem(tuple, i);
            if (item->Type != PyUnicode_Type || !PyText.TryView(item, out byte* data, out int kind, out nint length) || kind != 1 || length > 200)
            {
                // Refused names are ASCII; only a str of one byte a character can be one.
                continue;
            }

            if (length > 2 && data[0] is (byte)'_' or (byte)'a' or (byte)'c' or (byte)'f' or (byte)'g' or (byte)'m' or (byte)'t')
            {
                string name = PyText.ToManaged(item);
                if (dotted && name.Contains('.'))
                {
                    // The name of an imported module: the module gate judges it.
                    continue;
                }

                if (!NameRule.AllowsInCode(name) && !except.Contains(name))
                {
                    return name;
                }
            }
        }

        return null;
    }

    /// <summary>The attribute as CPython defines it, taken before the guards are laid over it.</summary>
    private static PyObject* Descriptor(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return PythonError.Check(PyObject_GetAttrString((PyObject*)s_codeType, text));
        }
    }
}
