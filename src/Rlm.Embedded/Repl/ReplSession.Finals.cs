using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content><c>FINAL</c> and <c>FINAL_VAR</c>.</content>
internal sealed unsafe partial class ReplSession
{
    // For what a cell does on its way out: finally, with, except.
    private static readonly TimeSpan s_timeToEnd = TimeSpan.FromSeconds(1);

    /// <summary><c>FINAL</c>. The first answer of a cell stands, and the cell ends there.</summary>
    public PyObject* Final(HostArguments arguments)
    {
        if (arguments is { Positional: 0, Named: 0 })
        {
            return PythonError.Raise(
                PythonRuntime.Current!.ExceptionType("TypeError"), "FINAL() needs the answer between its parentheses: FINAL(value), or FINAL_VAR(\"name\") for a variable");
        }

        return arguments.Fit("FINAL", 1, ["value"]) ? Answer(arguments.Get(0, "value")) : null;
    }

    /// <summary><c>FINAL_VAR</c>: takes the name of a variable, an expression as text, or a value as models often write.</summary>
    public PyObject* FinalVar(HostArguments arguments)
    {
        if (!arguments.Fit("FINAL_VAR", 1, ["name"]))
        {
            return null;
        }

        PyObject* name = arguments.Get(0, "name");
        if (!PyText.Is(name))
        {
            return Answer(name);
        }

        string text = PyText.ToManaged(name).Trim();
        using Owned key = new(PythonError.Check(PyText.ToPython(text)));
        PyObject* value = Lookup(key.Pointer);
        if (value != null)
        {
            return Answer(value);
        }

        if (text.Length > 0 && IsValueOfVariable(name))
        {
            return Answer(name);
        }

        // Only what the code itself spells out is evaluated: text that it computed or read may be anybody's.
        return IsIdentifier(text) ? NoSuchVariable(text)
            : IsWritten(name) ? AnswerExpression(text)
            : Answer(name);
    }

    /// <summary>Takes the answer and ends the cell: nothing behind it is to run, least of all what costs.</summary>
    private PyObject* Answer(PyObject* value)
    {
        if (_isAnswered)
        {
            PyErr_SetNone(Interrupts.ExceptionType);
            return null;
        }

        if (value == _answer)
        {
            using Owned content = new(PythonError.Check(PyText.ToPython("content")));
            PyObject* draft = PyDict_GetItemWithError(value, content.Pointer);
            value = draft == null ? value : draft;
        }

        LoadJson(value);
        using Owned text = new(PythonCall.Invoke(_prelude.Render, value));
        if (text.IsNull || !IsShortEnough(text.Pointer))
        {
            return null;
        }

        if (_final is null)
        {
            _final = PyText.ToManaged(text.Pointer);
            _answerFault = AnswerFaults.Find(value, _final);
        }

        _isAnswered = true;
        _thread.Interrupts.Hasten(s_timeToEnd);
        PyErr_SetNone(Interrupts.ExceptionType);
        return null;
    }

    private PyObject* NoSuchVariable(string name)
    {
        _variables.Look(_globals);
        string known = _variables.Variables.Count == 0
            ? "There are no variables yet"
            : $"The variables are: {string.Join(", ", _variables.Variables.Select(variable => variable.Name))}";
        return Refuse($"there is no variable '{name}'. {known}. Give FINAL_VAR one of them, or FINAL a value.");
    }

    /// <summary>Evaluates a text that the session's code gave for a name, by the same gate as the code itself.</summary>
    private PyObject* AnswerExpression(string text)
    {
        const string Advice = "Give FINAL_VAR the name of a variable, or FINAL the value: FINAL(value), FINAL(\"text\").";
        if (text.Length == 0)
        {
            return Refuse($"the name is empty. {Advice}");
        }

        using Owned file = new(PythonError.Check(PyText.ToPython("<FINAL_VAR>")));
        using Owned code = new(Compiler.CompilePart(text, file.Pointer, _minor, execute: false));
        if (code.IsNull)
        {
            PyErr_Clear();
            return Refuse($"'{Shortened(text)}' is neither the name of a variable nor an expression. {Advice}");
        }

        if (_restricted && !SandboxLayers.IsOff("code-gate") && CodeGate.FindRefused(code.Pointer) is { } refused)
        {
            return Refuse($"{refused.Message}. {Advice}");
        }

        GiveBuiltins(_globals);
        using Owned value = new(PyEval_EvalCode(code.Pointer, _globals, _globals));
        if (!value.IsNull)
        {
            return Answer(value.Pointer);
        }

        if (PyErr_ExceptionMatches(PythonRuntime.Current!.ExceptionType("Exception")) == 0)
        {
            return null;
        }

        PythonException failure = PythonError.TakeAsException();
        return Refuse($"'{Shortened(text)}' cannot be evaluated: {failure.PythonType}: {failure.Message}. {Advice}");
    }

    /// <summary>Tells the code, by what it gets, and the model, unless the cell has shown it.</summary>
    private PyObject* Refuse(string problem)
    {
        _refusal = problem;
        return PyText.ToPython($"Error: {problem}");
    }

    private static string Shortened(string text) => text.Length > 200 ? text[..200] + "..." : text;

    /// <summary>True when the text stands as a literal in the code that calls, between the parentheses of <c>FINAL_VAR</c> and not elsewhere.</summary>
    private bool IsWritten(PyObject* text)
    {
        string plain = PyText.ToManaged(text).Replace("\\", "", StringComparison.Ordinal);
        if (!_sources.Any(cell => IsArgument(cell.Source, plain)))
        {
            return false;
        }

        PyObject* frame = PyEval_GetFrame();
        if (frame == null)
        {
            return false;
        }

        using Owned code = new(PyFrame_GetCode(frame));
        return CodeGate.HasConstant(code.Pointer, text);
    }

    private static bool IsArgument(string source, string text)
    {
        const string Name = "FINAL_VAR";
        for (int at = source.IndexOf(Name, StringComparison.Ordinal); at >= 0; at = source.IndexOf(Name, at + 1, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> argument = source.AsSpan(at + Name.Length).TrimStart();
            argument = argument.StartsWith("(") ? argument[1..].TrimStart() : default;
            argument = argument.StartsWith("name") ? argument["name".Length..].TrimStart().TrimStart('=').TrimStart() : argument;
            argument = argument.TrimStart("rRuU");
            ReadOnlySpan<char> inner = argument.TrimStart("\"'");
            if (inner.Length < argument.Length && inner[..Math.Min(inner.Length, 2 * text.Length + 2)].ToString().Replace("\\", "", StringComparison.Ordinal).StartsWith(text.TrimStart('"', '\''), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a variable holds this very object: <c>FINAL_VAR(x)</c>, not <c>FINAL_VAR("typo")</c>.</summary>
    private bool IsValueOfVariable(PyObject* value)
    {
        nint position = 0;
        PyObject* key, other;
        while (PyDict_Next(_globals, &position, &key, &other) != 0)
        {
            if (other == value)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => c == '_' || char.IsLetterOrDigit(c));
}
