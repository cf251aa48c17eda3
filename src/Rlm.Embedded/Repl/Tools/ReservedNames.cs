using System.Collections.Frozen;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Repl.Tools;

/// <summary>Names that tools may not have.</summary>
internal static class ReservedNames
{
    /// <summary>What every session has. Restored when a cell binds one of them anew.</summary>
    public static IReadOnlyList<string> Scaffold { get; } =
        ["context", "llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched", "SHOW_VARS", "FINAL", "FINAL_VAR"];

    private static readonly string[] s_variables = ["answer", "history"];

    private static readonly FrozenSet<string> s_keywords = FrozenSet.ToFrozenSet(
        [
            "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally",
            "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
        ],
        StringComparer.Ordinal);

    // Python library reference, "Built-in Functions" and "Built-in Constants".
    private static readonly FrozenSet<string> s_builtins = FrozenSet.ToFrozenSet(
        [
            "abs", "aiter", "all", "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable", "chr", "classmethod", "compile",
            "complex", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "exit", "filter", "float", "format", "frozenset", "getattr", "globals",
            "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance", "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview",
            "min", "next", "object", "oct", "open", "ord", "pow", "print", "property", "quit", "range", "repr", "reversed", "round", "set", "setattr", "slice",
            "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "vars", "zip", "Ellipsis", "NotImplemented", "KeyboardInterrupt", "SystemExit",
            "StopIteration", "StopAsyncIteration", "GeneratorExit", "ExceptionGroup", "BaseExceptionGroup",
        ],
        StringComparer.Ordinal);

    /// <summary>Throws when a tool may not have a name.</summary>
    /// <exception cref="RlmConfigurationException">The name is reserved, or Python cannot spell it.</exception>
    public static void Refuse(string name)
    {
        var problem = name switch
        {
            "" => "is empty",
            _ when !IsIdentifier(name) => "is no Python name: letters, digits and underscores, not a digit first",
            _ when s_keywords.Contains(name) => "is a keyword of Python",
            _ when s_builtins.Contains(name) || IsException(name) => "is a builtin of Python",
            _ when name.StartsWith("__", StringComparison.Ordinal) || !NameRule.Allows(name) => "is refused by the sandbox",
            _ when IsScaffold(name) => "belongs to the REPL",
            _ => null,
        };
        if (problem is not null)
        {
            throw new RlmConfigurationException(
                $"A tool cannot be named '{name}': the name {problem}. Reserved are {string.Join(", ", Scaffold.Concat(s_variables))}, context_N, history_N, and Python's keywords, builtins and exceptions. Give the tool another name.");
        }
    }

    private static bool IsScaffold(string name) =>
        Scaffold.Contains(name) || s_variables.Contains(name) || IsNumbered(name, "context_") || IsNumbered(name, "history_");

    private static bool IsNumbered(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length && name.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsException(string name) =>
        name.EndsWith("Error", StringComparison.Ordinal) || name.EndsWith("Exception", StringComparison.Ordinal) || name.EndsWith("Warning", StringComparison.Ordinal);

    private static bool IsIdentifier(string name) =>
        !char.IsAsciiDigit(name[0]) && name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c));
}
