using System.Buffers;
using System.Text;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>Compiles cells. Needs the GIL.</summary>
internal static unsafe class Compiler
{
    /// <summary>The file name of the prelude's code; its frames stay out of tracebacks.</summary>
    public const string OwnFile = "<rlm>";

    /// <summary>The name that holds the value of a last bare expression until the cell has ended.</summary>
    public const string ValueName = "__rlm_value__";

    private const int FileInput = 257;
    private const int EvalInput = 258;

    /// <summary>A new code object; null with SyntaxError (or another exception) pending.</summary>
    public static PyObject* Compile(ReadOnlySpan<char> source, string file, int minor)
    {
        using Owned name = new(PythonError.Check(PyText.ToPython(file)));
        return Compile(source, -1, name.Pointer, minor);
    }

    /// <summary>Source given to <c>exec</c>, or with <paramref name="execute"/> false to <c>eval</c>.</summary>
    public static PyObject* CompilePart(string source, PyObject* file, int minor, bool execute) =>
        execute ? Compile(source, -1, file, minor) : Compile(source.AsSpan().Trim(" \t"), -1, file, minor, EvalInput);

    /// <summary>As above; the statement at <paramref name="valueAt"/> (if not -1) also puts its value under <see cref="ValueName"/>.</summary>
    public static PyObject* Compile(ReadOnlySpan<char> source, int valueAt, PyObject* file, int minor, int start = FileInput)
    {
        const string Assignment = ValueName + " = ";
        if (source.Contains('\0'))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("SyntaxError"), "source code cannot contain null bytes");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(source.Length) + Assignment.Length + 1);
        try
        {
            int length;
            if (valueAt >= 0)
            {
                length = Encoding.UTF8.GetBytes(source[..valueAt], buffer);
                length += Encoding.UTF8.GetBytes(Assignment, buffer.AsSpan(length));
                length += Encoding.UTF8.GetBytes(source[valueAt..], buffer.AsSpan(length));
            }
            else
            {
                length = Encoding.UTF8.GetBytes(source, buffer);
            }

            buffer[length] = 0;
            PyCompilerFlags flags = new()
            {
                Flags = PyCompilerFlags.SourceIsUtf8 | PyCompilerFlags.IgnoreCookie | PyCompilerFlags.AllowTopLevelAwait,
                FeatureVersion = minor,
            };
            fixed (byte* text = buffer)
            {
                // A collection would run what a session left behind while the audit hook looks away.
                using GcPause pause = new();
                AuditHook.HostCompiles = true;
                try
                {
                    return Py_CompileStringObject(text, file, start, &flags, -1);
                }
                finally
                {
                    AuditHook.HostCompiles = false;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
