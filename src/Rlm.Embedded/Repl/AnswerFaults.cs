using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>Finds values that hardly anybody means to answer with.</summary>
internal static unsafe class AnswerFaults
{
    /// <summary>What is wrong with a value as an answer, in words for the model, or null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="text">Its text.</param>
    public static string? Find(PyObject* value, string text)
    {
        if (value == CApi.Py_None)
        {
            return "The answer was None. print(...), list.sort(), dict.update() and functions without `return` give None: give FINAL the value itself, not what prints or changes it.";
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return "The answer was empty. Give FINAL the text or the value that answers the question; where nothing was found, say so in words.";
        }

        return !PyText.Is(value) && text[0] == '<' && text[^1] == '>' && text.Contains(" at 0x", StringComparison.Ordinal)
            ? $"The answer was an object of type {PythonError.TypeName(value)}, which has no text of its own. Give FINAL its content: list(...) for an iterator, the result of a call for a function."
            : null;
    }
}
