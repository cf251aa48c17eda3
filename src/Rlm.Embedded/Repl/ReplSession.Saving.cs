using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl.Saving;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <content>Variables that leave the session as plain data and come back.</content>
internal sealed unsafe partial class ReplSession
{
    // A file that binds it could state the answer of the next cell.
    private const string AnswerName = "answer";

    /// <summary>Writes all variables that are plain data.</summary>
    public byte[] Save(List<string> saved, List<UnsavedVariable> unsaved, CancellationToken cancellationToken) => Guarded("saved", stop =>
    {
        using VariableWriter writer = new(stop);
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(_globals, &position, &key, &value) != 0)
        {
            if (key->Type != PyUnicode_Type || PyText.ToManaged(key) is not { } name || IsReserved(name))
            {
                continue;
            }

            if ((name == AnswerName ? "it is the draft of an answer" : writer.Write(key, value)) is { } reason)
            {
                unsaved.Add(new UnsavedVariable(name, reason));
            }
            else
            {
                saved.Add(name);
            }
        }

        return writer.Finish();
    }, cancellationToken);

    /// <summary>Binds the variables of a body, all or none.</summary>
    public List<string> Restore(byte[] body, CancellationToken cancellationToken) => Guarded("restored", stop =>
    {
        using VariableReader reader = new(body, stop);
        using Owned variables = new(reader.Read());
        List<string> names = [];
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(variables.Pointer, &position, &key, &value) != 0)
        {
            string name = PyText.ToManaged(key);
            if (IsReserved(name) || name == AnswerName)
            {
                throw new RlmSavedVariablesException($"The saved variables bind the name '{name}', which is the session's own. Nothing was restored.");
            }

            names.Add(name);
        }

        position = 0;
        while (PyDict_Next(variables.Pointer, &position, &key, &value) != 0)
        {
            PythonError.Check(PyDict_SetItem(_globals, key, value));
        }

        _variables.Look(_globals);
        return names;
    }, cancellationToken);

    /// <summary>The variables as of the last look.</summary>
    public IReadOnlyList<ReplVariable> Variables => _variables.Variables;

    private bool IsReserved(string name) => _reserved.Contains(name) || name.StartsWith("__", StringComparison.Ordinal);

    private T Guarded<T>(string what, Func<Action, T> work, CancellationToken cancellationToken)
    {
        int run = Enter(_options.Limits.CellTimeout);
        try
        {
            using (Cancelling(run, cancellationToken))
            {
                // A collection could run finalisers of the session's, which change what is being walked.
                using GcPause pause = new();
                return work(Stop);
            }
        }
        catch (PythonException exception)
        {
            PyErr_Clear();
            Stop();
            throw new RlmSavedVariablesException($"The variables cannot be {what}: {exception.Message}{(exception.PythonType == "MemoryError" ? " They do not fit into the session's memory." : "")}", exception);
        }
        finally
        {
            Leave();
        }

        void Stop()
        {
            if (_thread.Interrupts.IsRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new RlmSavedVariablesException($"The variables cannot be {what} within {_options.Limits.CellTimeout?.TotalSeconds:0.###} s. Raise ReplLimits.CellTimeout.");
            }
        }
    }
}
