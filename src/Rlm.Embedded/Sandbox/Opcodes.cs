using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// The numbers that this CPython gives to the instructions which use names (its module opcode), and how a name's index stands in their argument.
/// Loaded when code first uses a name that needs a closer look. Needs the GIL.
/// </summary>
internal sealed unsafe class Opcodes
{
    private static Opcodes? s_current;

    private readonly (NameUse Use, int Shift)?[] _uses = new (NameUse, int)?[256];
    private readonly byte _extended;
    private readonly byte _matchClass;

    private Opcodes(PyObject* numbers)
    {
        int minor = PythonRuntime.Current!.Installation.Version!.Minor;
        Note(numbers, "LOAD_ATTR", NameUse.Read, minor >= 12 ? 1 : 0);
        Note(numbers, "LOAD_METHOD", NameUse.Read, 0);
        Note(numbers, "LOAD_SUPER_ATTR", NameUse.Read, 2);
        Note(numbers, "IMPORT_FROM", NameUse.Read, 0);
        Note(numbers, "STORE_ATTR", NameUse.Write, 0);
        Note(numbers, "DELETE_ATTR", NameUse.Write, 0);
        Note(numbers, "STORE_NAME", NameUse.Definition, 0);
        Note(numbers, "DELETE_NAME", NameUse.Definition, 0);
        Note(numbers, "LOAD_NAME", NameUse.Variable, 0);
        Note(numbers, "LOAD_GLOBAL", NameUse.Variable, minor >= 11 ? 1 : 0);
        Note(numbers, "STORE_GLOBAL", NameUse.Variable, 0);
        Note(numbers, "DELETE_GLOBAL", NameUse.Variable, 0);
        Note(numbers, "LOAD_FROM_DICT_OR_GLOBALS", NameUse.Variable, 0);
        Note(numbers, "IMPORT_NAME", NameUse.Variable, 0);
        _extended = Number(numbers, "EXTENDED_ARG") ?? throw new RlmException("This CPython has no EXTENDED_ARG; without it model-written code is not contained. Please report this.");
        _matchClass = Number(numbers, "MATCH_CLASS") ?? 0;
    }

    /// <summary>Those of the running interpreter.</summary>
    public static Opcodes Current => s_current ??= Load();

    /// <summary>The first refused use of a name: what is done with it, and the offset of the instruction; -1 when none is. A name that nothing known uses counts as refused.</summary>
    /// <param name="code">The bytes of <c>co_code</c>.</param>
    /// <param name="index">The name's place in <c>co_names</c>.</param>
    /// <param name="isRefused">Whether a use is refused.</param>
    public (NameUse Use, int Offset) FindUse(ReadOnlySpan<byte> code, int index, Func<NameUse, bool> isRefused)
    {
        int high = 0;
        bool isUsed = false;
        for (int at = 0; at + 1 < code.Length; at += 2)
        {
            int argument = high | code[at + 1];
            bool isPrefix = code[at] == _extended;
            high = isPrefix ? argument << 8 : 0;
            if (!isPrefix && _uses[code[at]] is { } use && argument >> use.Shift == index)
            {
                isUsed = true;
                if (isRefused(use.Use))
                {
                    return (use.Use, at);
                }
            }
        }

        return (NameUse.Variable, isUsed ? -1 : 0);
    }

    /// <summary>Where the code matches a class pattern, whose keywords are looked up as attributes; -1 when it does not.</summary>
    public int FindClassPattern(ReadOnlySpan<byte> code)
    {
        for (int at = 0; at < code.Length; at += 2)
        {
            if (code[at] == _matchClass)
            {
                return at;
            }
        }

        return -1;
    }

    private void Note(PyObject* numbers, string name, NameUse use, int shift)
    {
        if (Number(numbers, name) is { } number)
        {
            _uses[number] = (use, shift);
        }
    }

    // Numbers over 255 are the compiler's own: they stand in no code object.
    private static byte? Number(PyObject* numbers, string name)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PyObject* number = PyDict_GetItemWithError(numbers, key.Pointer);
        int overflow;
        return number != null && PyLong_AsLongLongAndOverflow(number, &overflow) is var value and <= byte.MaxValue ? (byte)value : null;
    }

    // A confined thread may read no files.
    private static Opcodes Load()
    {
        LoadWork work = new();
        if (AuditHook.IsRestricted)
        {
            using (PythonThread.ReleaseGil())
            {
                PythonRuntime.Current!.RunOnHost(work);
            }

            return work.Opcodes!;
        }

        return LoadWork.Import();
    }

    private sealed class LoadWork : PythonWork
    {
        public Opcodes? Opcodes { get; private set; }

        public static Opcodes Import()
        {
            fixed (byte* module = "opcode"u8)
            fixed (byte* table = "opmap"u8)
            {
                using GcPause pause = new();
                using Owned opcode = new(PythonError.Check(PyImport_ImportModule(module)));
                using Owned numbers = new(PythonError.Check(PyObject_GetAttrString(opcode.Pointer, table)));
                return new Opcodes(numbers.Pointer);
            }
        }

        protected override void Run() => Opcodes = Import();
    }
}
