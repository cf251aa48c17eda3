using Rlm.Embedded.CPython;

namespace Rlm.Embedded.Repl;

/// <content>The variables that the host gives: <c>context</c> and those that a session adds later.</content>
internal sealed unsafe partial class ReplSession
{
    private const string ContextName = "context";

    // By name, in the order given; the value says what it is.
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <summary>
    /// Gives a value under one or more names. A cell that binds the name anew has its own until the cell ends.
    /// </summary>
    /// <param name="names">The names.</param>
    /// <param name="value">A reference that the session takes over.</param>
    /// <param name="info">What it is.</param>
    public void Give(IReadOnlyList<string> names, PyObject* value, ContextInfo info)
    {
        using Owned taken = new(value);
        Enter(_options.Limits.CellTimeout);
        try
        {
            foreach (string name in names)
            {
                Give(name, value, info);
            }

            RestoreScaffold();
            _variables.Look(_globals);
        }
        finally
        {
            Leave();
        }
    }

    private void Give(string name, PyObject* value, ContextInfo info)
    {
        Put(_scaffold, name, value);
        Put(_builtins, name, value);
        _given[name] = ReplVariable.Describe(info.Type, info.Type switch { "str" => info.Characters, "list" or "dict" => info.ChunkLengths.Count, _ => null });
        _ = _reserved.Add(name);

        if (name == ContextName)
        {
            Context = info;
        }
    }
}
