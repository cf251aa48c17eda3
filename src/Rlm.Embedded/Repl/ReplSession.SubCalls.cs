using System.Diagnostics;
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
        if (!arguments.Fit(function, 1, ["prompt", "model"]) || !TryText(arguments.Get(0, "prompt"), out string prompt)
            || !TryModel(arguments, out string? model))
        {
            return null;
        }

        SubCall call = new(kind, prompt, model);
        string? reply = Ask(
            static (handler, state, token) => handler.CallAsync(state, token),
            call,
            static exception => ErrorText(exception));
        if (reply is null)
        {
            return null;
        }

        PyObject* text = PyText.ToPython(reply);
        return _awaits ? Awaitable(_prelude.Reply, text) : text;
    }

    /// <summary><c>llm_query_batched</c>, <c>rlm_query_batched</c>.</summary>
    public PyObject* QueryBatch(string function, SubCallKind kind, HostArguments arguments)
    {
        if (!arguments.Fit(function, 1, ["prompts", "model"]) || !TryModel(arguments, out string? model))
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

        SubCall[] calls = new SubCall[PyList_Size(list.Pointer)];
        for (int i = 0; i < calls.Length; i++)
        {
            if (!TryText(PyList_GetItem(list.Pointer, i), out string prompt))
            {
                return null;
            }

            calls[i] = new SubCall(kind, prompt, model);
        }

        IReadOnlyList<string>? replies = Ask(
            static (handler, state, token) => handler.CallBatchAsync(state, token),
            calls,
            exception => [.. Enumerable.Repeat(ErrorText(exception), calls.Length)]);
        if (replies is null)
        {
            return null;
        }

        Owned result = new(PyList_New(replies.Count));
        for (int i = 0; i < replies.Count && !result.IsNull; i++)
        {
            PyObject* text = PyText.ToPython(replies[i]);
            if (text == null)
            {
                result.Dispose();
                break;
            }

            _ = PyList_SetItem(result.Pointer, i, text);
        }

        return _awaits && !result.IsNull ? Awaitable(_prelude.Replies, result.Release()) : result.Release();
    }

    private static string ErrorText(Exception exception) => "Error: " + exception.Message;

    private static PyObject* Awaitable(PyObject* type, PyObject* value)
    {
        using Owned plain = new(value);
        return plain.IsNull ? null : PythonCall.Invoke(type, plain.Pointer);
    }

    private bool TryText(PyObject* value, out string text)
    {
        text = "";
        if (PyText.Is(value))
        {
            // The copy is the host's, but it is the cell that makes it.
            if (PyUnicode_GetLength(value) * sizeof(char) > MemoryQuota.Left(_account))
            {
                _thread.Interrupts.NoteMemory();
                _ = PyErr_NoMemory();
                return false;
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

    /// <summary>
    /// Calls the host without the GIL and with the clock stopped. Null with an exception pending when the cell is to end.
    /// </summary>
    private TReply? Ask<TState, TReply>(
        Func<ISubCallHandler, TState, CancellationToken, ValueTask<TReply>> call, TState state, Func<Exception, TReply> failed)
        where TReply : class
    {
        if (_options.SubCalls is not { } handler)
        {
            return failed(new RlmException("this session has no model to ask."));
        }

        long start = Stopwatch.GetTimestamp();
        _thread.Interrupts.Pause();
        TReply? reply = null;
        using (PythonThread.ReleaseGil())
        {
            try
            {
                reply = (_thread.IsConfined
                    ? new HandedCall<TReply>(() => call(handler, state, _cancellation)).Run(_cancellation)
                    : Wait(call(handler, state, _cancellation)))
                    ?? failed(new RlmException("the sub-call gave no text."));
            }
            catch (OperationCanceledException)
            {
                // Not an answer: it ends the cell, below.
            }
            catch (Exception exception)
            {
                reply = failed(exception);
            }
        }

        _thread.Interrupts.Resume();
        _subCallTicks += Stopwatch.GetTimestamp() - start;
        if (reply is null)
        {
            _thread.Interrupts.Request(_thread.Interrupts.Run, InterruptReason.Cancelled);
            PyErr_SetNone(Interrupts.ExceptionType);
        }

        return reply;
    }

    private TReply Wait<TReply>(ValueTask<TReply> pending)
    {
        if (pending.IsCompletedSuccessfully)
        {
            return pending.Result;
        }

        // A handler that ignores the token must not hold the cell.
        Task<TReply> task = pending.AsTask();
        if (!task.IsCompleted)
        {
            Task.WaitAny([task], _cancellation);
        }

        return task.GetAwaiter().GetResult();
    }
}
