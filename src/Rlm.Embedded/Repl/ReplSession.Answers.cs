using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Final answers and variables.</content>
internal sealed unsafe partial class ReplSession
{
    // Copied for the host and written as JSON, outside the session's account.
    private const int MostOfAnswer = 10_000_000;

    /// <summary><c>SHOW_VARS</c>.</summary>
    public PyObject* ShowVars(HostArguments arguments)
    {
        if (!arguments.Fit("SHOW_VARS", 0, []))
        {
            return null;
        }

        _variables.Look(_globals);
        IEnumerable<string> lines = _variables.Variables.Select(variable => $"{variable.Name}: {variable.Kind}");
        return PyText.ToPython(string.Join('\n', _given.Select(given => $"{given.Key}: {given.Value}").Concat(lines).Concat(_tools.Select(tool => tool.Signature))));
    }

    /// <summary>Makes <c>answer</c> a new one, without a draft.</summary>
    public void RenewAnswer()
    {
        Enter(_options.Limits.CellTimeout);
        try
        {
            using Owned old = new(_answer);
            _answer = NewAnswer();
            Put(_builtins, "answer", _answer);
            ResetAnswer();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Sees whether <c>answer</c>, changed or bound anew, is ready.</summary>
    private bool CheckAnswer(bool plainOnly = false)
    {
        PyObject* answer = PyDict_GetItemWithError(_globals, _answerName);
        if (answer == null)
        {
            answer = _answer;
        }

        if ((answer->Type->Flags & PyTypeObject.DictSubclass) == 0)
        {
            return true;
        }

        PyObject* ready = PyDict_GetItemWithError(answer, _readyName);
        if (ready == null || ready == Py_False)
        {
            return PyErr_Occurred() == null;
        }

        using Owned plain = new(PlainContent(answer));
        if (plain.IsNull && plainOnly)
        {
            return true;
        }

        LoadJson(answer);
        using Owned text = new(!plain.IsNull ? plain.Release() : PythonCall.Invoke(_prelude.FinalText, answer));
        if (text.IsNull)
        {
            return false;
        }

        if (text.Pointer != Py_None)
        {
            // Given once: the next cell of the session starts with an answer that is a draft again.
            if (!IsShortEnough(text.Pointer))
            {
                return false;
            }

            if (_final is null)
            {
                PyObject* content = PyDict_GetItemWithError(answer, _contentName);
                _final = PyText.ToManaged(text.Pointer);
                _answerFault = content == null ? null : AnswerFaults.Find(content, _final);
            }

            PythonError.Check(PyDict_SetItem(answer, _readyName, Py_False));
        }
        else if (_final is null && PyObject_IsTrue(ready) == 1)
        {
            _answerFault = "`answer` is ready, but its content is empty, so there is no answer. Set both: answer[\"content\"] = ... and answer[\"ready\"] = True.";
        }

        return true;
    }

    /// <summary>An answer that was made ready before the exception counts.</summary>
    /// <param name="plainOnly">In a cell that was interrupted no code of its own may run again: nothing would end it.</param>
    private bool CheckAnswerQuietly(bool plainOnly)
    {
        bool read = CheckAnswer(plainOnly);
        PyErr_Clear();
        if (PyDict_GetItemWithError(_globals, _valueName) != null)
        {
            PythonError.Check(PyDict_DelItem(_globals, _valueName));
        }

        return read;
    }

    /// <summary>An answer whose own code fails when it is read would fail every later cell too.</summary>
    private void ResetAnswer()
    {
        // Keys that only look like text can fail every look-up.
        if (HasOddKeys(_globals))
        {
            RemoveOddKeys(_globals);
        }

        if (PyDict_GetItemWithError(_globals, _answerName) != null)
        {
            _ = PyDict_DelItem(_globals, _answerName);
        }

        _ = PyDict_SetItem(_answer, _readyName, Py_False);
        PyErr_Clear();
    }

    /// <summary>A new reference to a content that is text already. Runs no Python code, so it works in a cell that is being interrupted.</summary>
    private PyObject* PlainContent(PyObject* answer)
    {
        PyObject* content = PyDict_GetItemWithError(answer, _contentName);
        if (content == null || content->Type != PyUnicode_Type || PyUnicode_GetLength(content) == 0
            || PyDict_GetItemWithError(answer, _readyName) != Py_True)
        {
            return null;
        }

        Py_IncRef(content);
        return content;
    }

    /// <summary>A dict with <c>content</c> and <c>ready</c>, as the session's own <c>answer</c> is.</summary>
    private bool IsDraft(PyObject* value)
    {
        if ((value->Type->Flags & PyTypeObject.DictSubclass) == 0)
        {
            return false;
        }

        LoadJson(value);
        bool isDraft = PyDict_GetItemWithError(value, _contentName) != null && PyDict_GetItemWithError(value, _readyName) != null;
        return PyErr_Occurred() == null ? isDraft : throw PythonError.TakeAsException();
    }

    private static PyObject* NewAnswer()
    {
        PyObject* answer = PythonError.Check(PyDict_New());
        using Owned empty = new(PythonError.Check(PyText.ToPython("")));
        Put(answer, "content", empty.Pointer);
        Put(answer, "ready", Py_False);
        return answer;
    }

    private PyObject* Lookup(PyObject* name)
    {
        string text = PyText.ToManaged(name);
        if (_reserved.Contains(text) && !_given.ContainsKey(text) && !_tools.Any(tool => tool.Function is null && tool.Name == text))
        {
            // A function of the session's own is no variable.
            return null;
        }

        PyObject* value = PyDict_GetItemWithError(_globals, name);
        return value == null && PyErr_Occurred() == null && text == AnswerName ? _answer : value;
    }

    /// <summary>The prelude renders these as JSON; the thread of a restricted session could not read the module.</summary>
    private void LoadJson(PyObject* value)
    {
        if (_restricted && (value->Type->Flags & (PyTypeObject.DictSubclass | PyTypeObject.ListSubclass)) != 0 && !ModuleGate.Load(this, "json"))
        {
            throw PythonError.TakeAsException();
        }
    }

    private string Render(PyObject* value)
    {
        LoadJson(value);
        using Owned text = new(PythonError.Check(PythonCall.Invoke(_prelude.Render, value)));
        return IsShortEnough(text.Pointer) ? PyText.ToManaged(text.Pointer) : throw PythonError.TakeAsException();
    }

    /// <summary>False with a ValueError pending where a text is too long for an answer.</summary>
    private static bool IsShortEnough(PyObject* text)
    {
        nint length = PyUnicode_GetLength(text);
        if (length > MostOfAnswer)
        {
            PythonError.Raise(
                PythonRuntime.Current!.ExceptionType("ValueError"),
                $"the answer has {length:N0} characters; at most {MostOfAnswer:N0} can be given. Answer with a part of it.");
            return false;
        }

        return true;
    }
}
