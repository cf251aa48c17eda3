using System.Text.Json;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Calls to models.</content>
internal sealed unsafe partial class ReplSession
{
    private const string ErrorMark = "Error: ";

    /// <summary><c>llm_query</c>, <c>rlm_query</c>.</summary>
    public PyObject* Query(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!arguments.Fit(function, 1, ["prompt", "model", "schema"]) || !TryModel(arguments, out string? model)
            || !TrySchema(function, arguments, out JsonElement? schema) || !TryPrompt(kind, arguments.Get(0, "prompt"), out SubCall call, out string? fault))
        {
            return null;
        }

        string? reply = fault is not null
            ? ErrorMark + fault
            : Ask((handler, token) => handler.CallAsync(call with { Model = model, Schema = schema }, token), ErrorText);
        return reply is null ? null : Awaitable(ToReply(reply, schema));
    }

    /// <summary><c>llm_query_batched</c>, <c>rlm_query_batched</c>.</summary>
    public PyObject* QueryBatch(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!arguments.Fit(function, 1, ["prompts", "model", "schema"]) || !TryModel(arguments, out string? model)
            || !TrySchema(function, arguments, out JsonElement? schema))
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

        string?[] faults = new string?[PyList_Size(list.Pointer)];
        List<SubCall> calls = new(faults.Length);
        for (int i = 0; i < faults.Length; i++)
        {
            if (!TryPrompt(kind, PyList_GetItem(list.Pointer, i), out SubCall call, out faults[i]))
            {
                return null;
            }

            if (faults[i] is null)
            {
                calls.Add(call with { Model = model, Schema = schema });
            }
        }

        IReadOnlyList<string>? replies = calls.Count == 0 && faults.Length > 0
            ? []
            : Ask((handler, token) => handler.CallBatchAsync(calls, token), exception => [.. Enumerable.Repeat(ErrorText(exception), calls.Count)]);
        return replies is null ? null : Awaitable(ToReplies(replies, faults, schema));
    }

    private static string ErrorText(Exception exception) => ErrorMark + exception.Message;

    /// <summary>A reply as Python gets it: text, or the value that a schema asked for. A new reference, or null with an exception pending.</summary>
    private PyObject* ToReply(string reply, JsonElement? schema)
    {
        if (schema is null || reply.StartsWith(ErrorMark, StringComparison.Ordinal))
        {
            return PyText.ToPython(reply);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(reply);
        }
        catch (JsonException cause)
        {
            // The engine's handler has checked it; others may not know schemas.
            return PyText.ToPython($"{ErrorMark}the reply is not JSON: {cause.Message}");
        }

        using (document)
        {
            return ToPython(document.RootElement);
        }
    }

    private PyObject* ToReplies(IReadOnlyList<string> replies, string?[] faults, JsonElement? schema)
    {
        using Owned result = new(PyList_New(faults.Length));
        int next = 0;
        for (int i = 0; i < faults.Length && !result.IsNull; i++)
        {
            PyObject* value = faults[i] is { } fault ? PyText.ToPython(ErrorMark + fault) : ToReply(replies[next++], schema);
            if (value == null)
            {
                return null;
            }

            _ = PyList_SetItem(result.Pointer, i, value);
        }

        return result.IsNull ? null : new Borrowed(result.Pointer).Own().Release();
    }

    /// <summary>Reads a prompt: a text, parts of text and images, messages, or anything else as its <c>str</c>.</summary>
    /// <returns>False when an exception is pending.</returns>
    private bool TryPrompt(SubCallKind kind, PyObject* value, out SubCall call, out string? fault)
    {
        const nuint Containers = PyTypeObject.ListSubclass | PyTypeObject.TupleSubclass | PyTypeObject.DictSubclass | PyTypeObject.BytesSubclass;
        call = new SubCall(kind, "", null);
        fault = null;
        if ((value->Type->Flags & Containers) != 0)
        {
            if (!TryParts(value, out PromptParts? parts))
            {
                return false;
            }

            if (parts is not null)
            {
                fault = kind == SubCallKind.Rlm && parts.Messages?.Any(message => message.Contents.Any(content => content is Microsoft.Extensions.AI.DataContent)) is true
                    ? "a child works on text; ask about images with llm_query."
                    : parts.Fault;
                call = call with { Prompt = parts.Text, Messages = kind == SubCallKind.Rlm ? null : parts.Messages };
                return true;
            }
        }

        bool read = TryText(value, out string prompt);
        call = call with { Prompt = prompt };
        return read;
    }

    /// <summary>Null parts: the value is no such prompt.</summary>
    private bool TryParts(PyObject* value, out PromptParts? parts)
    {
        parts = null;
        try
        {
            parts = PromptParts.Read(PyValues.ToManaged(value, MemoryQuota.Left(_account)));
            return true;
        }
        catch (ValueTooLargeException)
        {
            return OutOfMemory();
        }
        catch (RlmException)
        {
            // It holds objects that are no plain values: its str is the prompt.
            return true;
        }
    }

    private bool TryText(PyObject* value, out string text)
    {
        text = "";
        if (PyText.Is(value))
        {
            // The copy is the host's, but it is the cell that makes it.
            if (PyUnicode_GetLength(value) * sizeof(char) > MemoryQuota.Left(_account))
            {
                return OutOfMemory();
            }

            text = PyText.ToManaged(value);
            return true;
        }

        using Owned shown = new(PyObject_Str(value));
        if (shown.IsNull)
        {
            return false;
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

    private bool TrySchema(string function, HostArguments arguments, out JsonElement? schema)
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

        if (!TryJson($"{function}() argument 'schema'", value, out JsonElement json))
        {
            return false;
        }

        schema = json;
        return true;
    }

    /// <summary>Asks the handler of sub-calls. Null with an exception pending when the cell is to end.</summary>
    private TReply? Ask<TReply>(Func<ISubCallHandler, CancellationToken, ValueTask<TReply>> call, Func<Exception, TReply> failed)
        where TReply : class
    {
        if (_options.SubCalls is not { } handler)
        {
            return failed(new RlmException("this session has no model to ask."));
        }

        return TryReach(token => call(handler, token), _thread.IsConfined, endsOnCancel: true, out TReply? reply, out Exception? failure)
            ? reply ?? failed(failure ?? new RlmException("the sub-call gave no text."))
            : null;
    }
}
