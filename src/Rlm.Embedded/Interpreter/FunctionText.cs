using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// What Python shows of the functions of the host's: how they are called and what they do, where a builtin's own
/// <c>&lt;built-in method search of int object at 0x7f...&gt;</c> would say nothing to a model.
/// </summary>
internal static unsafe class FunctionText
{
    // PyCFunctionObject: ob_refcnt, ob_type, m_ml.
    private const int DefinitionAt = 16;

    private static readonly ConcurrentDictionary<nint, string> s_texts = new();
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> s_repr;

    /// <summary>Keeps what is to be shown of a function.</summary>
    /// <param name="definition">The function; lives as long as the process.</param>
    /// <param name="name">Its name.</param>
    /// <param name="doc">Its docstring: a signature, <c>--</c>, and what it does, which may begin with a fuller signature.</param>
    public static void Keep(PyMethodDef* definition, string name, string doc)
    {
        if (name is "print" or "eval" or "exec" or "__import__")
        {
            s_texts[(nint)definition] = $"<built-in function {name}>"; // as Python's own, which they stand for
        }
        else if (doc.Split("\n--\n\n", 2) is [var signature, var body])
        {
            var shown = body.StartsWith(name + "(", StringComparison.Ordinal) ? body : $"{signature}\n\n{body}";
            s_texts[(nint)definition] = $"<function {shown.Trim().Replace("\n\n", ": ", StringComparison.Ordinal).Replace("\n", "; ", StringComparison.Ordinal)}>";
        }
    }

    /// <summary>Has the type of builtin functions show it. Called once, while the interpreter starts.</summary>
    public static void Install(PyTypeObject* type)
    {
        s_repr = type->Represent;
        type->Represent = &OnRepresent;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnRepresent(PyObject* function)
    {
        try
        {
            return s_texts.TryGetValue(*(nint*)((byte*)function + DefinitionAt), out var text) ? PyText.ToPython(text) : s_repr(function);
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }
}
