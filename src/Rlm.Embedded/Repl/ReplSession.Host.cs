using System.Diagnostics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>The way from a cell to the host and back: waiting without the GIL, values in both directions.</content>
internal sealed unsafe partial class ReplSession
{
    // What is copied with the GIL held is kept small enough for nobody to notice.
    private const long MaxCopy = 256L << 20;

    private bool _repliesAtOnce = true;

    private long CopyLimit => Math.Min(MemoryQuota.Left(_account), MaxCopy);

    /// <summary>Does something of the host's without the GIL and with the clock stopped.</summary>
    /// <param name="call">What to do.</param>
    /// <param name="calls">How many calls it counts as.</param>
    /// <param name="handOver">Do it on an ordinary thread; else on this one.</param>
    /// <param name="endsOnCancel">Any cancellation ends the cell; else only that of the cell itself does, and others are failures of the call.</param>
    /// <param name="reply">What came of it; null when it failed.</param>
    /// <param name="failure">Why it failed, or null.</param>
    /// <returns>False when the cell is to end: an exception is pending.</returns>
    private bool TryReach<TReply>(Func<CancellationToken, ValueTask<TReply>> call, int calls, bool handOver, bool endsOnCancel, out TReply? reply, out Exception? failure)
    {
        reply = default;
        failure = null;
        if (_isAnswered)
        {
            // Code that caught the end of its cell: what it asks for now would be paid for nothing.
            PyErr_SetNone(Interrupts.ExceptionType);
            return false;
        }

        _cellCalls += calls;
        _sessionCalls += calls;
        if (_cellCalls > _options.Limits.CellHostCalls || _sessionCalls > _options.Limits.SessionHostCalls)
        {
            End(InterruptReason.HostCalls);
            return false;
        }

        bool cancelled = false;
        long start = Stopwatch.GetTimestamp();
        _thread.Interrupts.Pause();
        using (PythonThread.ReleaseGil())
        {
            try
            {
                reply = handOver ? HandOver(call) : Wait(call(_cancellation));
            }
            catch (OperationCanceledException cause)
            {
                // Not an answer: it ends the cell, below.
                cancelled = endsOnCancel || _cancellation.IsCancellationRequested;
                failure = cause;
            }
            catch (Exception cause)
            {
                failure = cause;
            }
        }

        _thread.Interrupts.Resume();
        _subCallTicks += Stopwatch.GetTimestamp() - start;
        _repliesAtOnce = Spin.Pays(start);
        if (cancelled)
        {
            End(InterruptReason.Cancelled);
        }

        return !cancelled;
    }

    /// <summary>Ends the cell: leaves its exception pending.</summary>
    private void End(InterruptReason reason)
    {
        _thread.Interrupts.Request(_thread.Interrupts.Run, reason);
        PyErr_SetNone(Interrupts.ExceptionType);
    }

    private TReply HandOver<TReply>(Func<CancellationToken, ValueTask<TReply>> call) =>
        new HandedCall<TReply>(() => call(_cancellation)).Run(_repliesAtOnce, _cancellation);

    // A handler that ignores the token must not hold the cell.
    private TReply Wait<TReply>(ValueTask<TReply> pending) =>
        pending.IsCompletedSuccessfully ? pending.Result : Blocking.Until(pending.AsTask(), _cancellation);

    /// <summary>Raises MemoryError; false.</summary>
    private bool OutOfMemory()
    {
        _thread.Interrupts.NoteMemory();
        _ = PyErr_NoMemory();
        return false;
    }

    /// <summary>A copy of a plain value. False with a TypeError or MemoryError pending.</summary>
    private bool TryValue(string what, PyObject* value, out object? copy)
    {
        copy = null;
        try
        {
            copy = PyValues.ToManaged(value, CopyLimit);
            return true;
        }
        catch (ValueTooLargeException)
        {
            return OutOfMemory();
        }
        catch (RlmException unfit)
        {
            PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{what}: {unfit.Message}");
            return false;
        }
    }

    /// <summary>A plain value as Python's; null with a MemoryError pending.</summary>
    /// <exception cref="RlmException">It has no counterpart.</exception>
    private PyObject* ToPython(object? value)
    {
        try
        {
            return PyValues.ToPython(value);
        }
        catch (PythonException error) when (error.PythonType == "MemoryError")
        {
            OutOfMemory();
            return null;
        }
    }

    /// <summary>Takes over a value; gives back one that code may await, when the session's code does so.</summary>
    private PyObject* Awaitable(PyObject* value)
    {
        if (!_awaits || value == null)
        {
            return value;
        }

        PyObject* type = value->Type == PyUnicode_Type ? _prelude.Reply : value->Type == PyList_Type ? _prelude.Replies : value->Type == PyDict_Type ? _prelude.Record : null;
        if (type == null)
        {
            return value;
        }

        using Owned plain = new(value);
        return PythonCall.Invoke(type, value);
    }
}
