using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Calls to models.</content>
internal sealed unsafe partial class ReplSession
{
    /// <summary><c>llm_query</c>, <c>rlm_query</c>.</summary>
    public PyObject* Query(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!TryRead(function, "prompt", arguments, out string? model, out object? schema) || !TryPrompt(arguments.Get(0, "prompt"), out object prompt))
        {
            return null;
        }

        if (prompt is string text && schema is null)
        {
            SubCall call = new(kind, text, model);
            string? said = Ask((handler, token) => handler.CallAsync(call, token), 1, ErrorText);
            return said is null ? null : Awaitable(PyText.ToPython(said));
        }

        AskedPrompts asked = new(kind, model, schema);
        asked.Add(prompt);
        return Query(asked);
    }

    // A method of its own, so that the plain call above makes no closure for it.
    private PyObject* Query(AskedPrompts asked)
    {
        object? reply = Ask(asked.AskOneAsync, 1, ErrorText);
        return reply is null ? null : Awaitable(ToReply(reply));
    }

    /// <summary><c>llm_query_batched</c>, <c>rlm_query_batched</c>.</summary>
    public PyObject* QueryBatch(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!TryRead(function, "prompts", arguments, out string? model, out object? schema))
        {
            return null;
        }

        PyObject* prompts = arguments.Get(0, "prompts");
        if (PyText.Is(prompts))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{function}() needs a list of prompts, not one str");
        }

        using Owned list = new(PySequence_List(prompts));
        if (list.IsNull)
        {
            return null;
        }

        AskedPrompts asked = new(kind, model, schema);
        for (nint i = 0; i < PyList_Size(list.Pointer); i++)
        {
            if (!TryPrompt(PyList_GetItem(list.Pointer, i), out object prompt))
            {
                return null;
            }

            asked.Add(prompt);
        }

        IReadOnlyList<object>? replies = Ask(asked.AskAllAsync, asked.Count, exception => [.. Enumerable.Repeat(ErrorText(exception), asked.Count)]);
        return replies is null ? null : Awaitable(ToReplies(replies));
    }

    private static string ErrorText(Exception exception) => AskedPrompts.ErrorMark + exception.Message;

    /// <summary>Reads all but the prompts.</summary>
    /// <returns>False when an exception is pending.</returns>
    private bool TryRead(string function, string prompts, HostArguments arguments, out string? model, out object? schema)
    {
        model = null;
        schema = null;
        return arguments.Fit(function, 1, [prompts, "model", "schema"]) && TryModel(arguments, out model) && TrySchema(function, arguments, out schema);
    }

    /// <summary>A reply as Python gets it: text, or the value that a schema asked for. A new reference, or null with an exception pending.</summary>
    private PyObject* ToReply(object reply) => reply is string text ? PyText.ToPython(text) : ToPython(reply);

    private PyObject* ToReplies(IReadOnlyList<object> replies)
    {
        Owned result = new(PyList_New(replies.Count));
        for (int i = 0; i < replies.Count && !result.IsNull; i++)
        {
            PyObject* value = ToReply(replies[i]);
            if (value == null)
            {
                result.Dispose();
                break;
            }

            _ = PyList_SetItem(result.Pointer, i, value);
        }

        return result.Release();
    }

    /// <summary>Reads a prompt: a text, a copy of parts or messages, or anything else as its <c>str</c>.</summary>
    /// <returns>False when an exception is pending.</returns>
    private bool TryPrompt(PyObject* value, out object prompt)
    {
        const nuint Containers = PyTypeObject.ListSubclass | PyTypeObject.TupleSubclass | PyTypeObject.DictSubclass | PyTypeObject.BytesSubclass;
        if ((value->Type->Flags & Containers) != 0)
        {
            try
            {
                if (PyValues.ToManaged(value, CopyLimit) is { } copy && PromptParts.IsPrompt(copy))
                {
                    prompt = copy;
                    return true;
                }
            }
            catch (ValueTooLargeException)
            {
                prompt = "";
                return OutOfMemory();
            }
            catch (RlmException)
            {
                // It holds objects that are no plain values: its str is the prompt.
            }
        }

        bool read = TryText(value, out string text);
        prompt = text;
        return read;
    }

    private bool TryText(PyObject* value, out string text)
    {
        text = "";
        using Owned shown = new(PyObject_Str(value));
        if (shown.IsNull)
        {
            return false;
        }

        // The copy is the host's, but it is the cell that makes it.
        if (PyUnicode_GetLength(shown.Pointer) * sizeof(char) > MemoryQuota.Left(_account))
        {
            return OutOfMemory();
        }

        text = PyText.ToManaged(shown.Pointer);
        return true;
    }

    private bool TryModel(HostArguments arguments, out string? model)
    {
        model = null;
        PyObject* value = arguments.Get(1, "model");
        if (value == null || value == Py_None)
        {
            return true;
        }

        bool read = TryText(value, out string name);
        model = name;
        return read;
    }

    private bool TrySchema(string function, HostArguments arguments, out object? schema)
    {
        schema = null;
        PyObject* value = arguments.Get(2, "schema");
        if (value == null || value == Py_None)
        {
            return true;
        }

        if ((value->Type->Flags & PyTypeObject.DictSubclass) == 0)
        {
            PythonError.Raise(
                PythonRuntime.Current!.ExceptionType("TypeError"),
                $"{function}() argument 'schema' must be a dict that is a JSON schema, not {PythonError.TypeName(value)}");
            return false;
        }

        return TryValue($"{function}() argument 'schema'", value, out schema);
    }

    /// <summary>Asks the handler of sub-calls. Null with an exception pending when the cell is to end.</summary>
    private TReply? Ask<TReply>(Func<ISubCallHandler, CancellationToken, ValueTask<TReply>> call, int calls, Func<Exception, TReply> failed)
        where TReply : class
    {
        if (_options.SubCalls is not { } handler)
        {
            return failed(new RlmException("this session has no model to ask."));
        }

        return TryReach(token => call(handler, token), calls, _thread.IsConfined, endsOnCancel: true, out TReply? reply, out Exception? failure)
            ? reply ?? failed(failure ?? new RlmException("the sub-call gave no text."))
            : null;
    }
}
