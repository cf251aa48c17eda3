using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl.Tools;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Tools of the host's.</content>
internal sealed unsafe partial class ReplSession
{
    // A tool is bound to one number: that of its session, and behind it its own.
    private const int ToolBits = 16;

    /// <summary>The most tools a session may have.</summary>
    public const int MaxTools = 1 << ToolBits;

    /// <summary>Calls the tool that a function was bound to.</summary>
    public static PyObject* CallTool(PyObject* self, HostArguments arguments)
    {
        int overflow;
        long number = PyLong_AsLongLongAndOverflow(self, &overflow);
        ReplSession session = Sessions.Get((int)(number >> ToolBits)) ?? throw new RlmException("the session of this function is closed");
        return session.Call(session._tools[(int)(number & (MaxTools - 1))], arguments);
    }

    private void AddTools()
    {
        if (_tools.Length > MaxTools)
        {
            throw new RlmConfigurationException($"A session can have {MaxTools:N0} tools; {_tools.Length:N0} were given.");
        }

        for (int i = 0; i < _tools.Length; i++)
        {
            RlmTool tool = _tools[i];
            if (tool.Function is not { } function)
            {
                using Owned value = new(PyValues.ToPython(tool.Value));
                Put(_scaffold, tool.Name, value.Pointer);
                continue;
            }

            using Owned self = new(PythonError.Check(PyLong_FromLongLong(((long)_slot << ToolBits) | (uint)i)));
            using Owned bound = new(HostFunctions.Tool(tool.Name, $"{function.Signature.PlainText}\n--\n\n{function.Signature.Text}\n\n{function.Documentation}").Bind(self.Pointer));
            Put(_scaffold, tool.Name, bound.Pointer);
        }
    }

    private PyObject* Call(RlmTool tool, HostArguments arguments)
    {
        ToolFunction function = tool.Function!;
        ToolSignature signature = function.Signature;
        if (!arguments.Fit(tool.Name, signature.Required, signature.Names))
        {
            return null;
        }

        long limit = CopyLimit;
        Dictionary<string, object?> given = new(StringComparer.Ordinal);
        for (int i = 0; i < signature.Names.Length; i++)
        {
            string name = signature.Names[i];
            PyObject* value = arguments.Get(i, name);
            if (value == null || (value == Py_None && signature.Parameters[i] is { IsRequired: false, Default: null }))
            {
                continue;
            }

            if (!TryValue($"{tool.Name}() argument '{name}'", value, out object? copy))
            {
                return null;
            }

            given[name] = copy;
        }

        // Always on another thread: a function that ignores its token must not hold the cell.
        return TryReach<object?>(token => function.InvokeAsync(given, limit, token), calls: 1, handOver: true, endsOnCancel: false, out object? result, out Exception? failure)
            ? failure is null ? Awaitable(ToolResult(tool.Name, result)) : Raise(tool.Name, failure)
            : null;
    }

    private PyObject* ToolResult(string tool, object? result)
    {
        try
        {
            return ToPython(result);
        }
        catch (RlmException unfit)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("RuntimeError"), $"{tool}() gave a result that Python cannot have: {unfit.Message}");
        }
    }

    /// <summary>Message, not type and stack: the model needs the one, and the others are the host's.</summary>
    private PyObject* Raise(string tool, Exception failure)
    {
        switch (failure)
        {
            case ToolArgumentException:
                return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), $"{tool}() {failure.Message}");
            case ValueTooLargeException:
                OutOfMemory();
                return null;
            default:
                string message = failure is OperationCanceledException ? "it timed out" : failure.Message;
                return PythonError.Raise(PythonRuntime.Current!.ExceptionType("RuntimeError"), $"{tool}() failed: {message}");
        }
    }
}
