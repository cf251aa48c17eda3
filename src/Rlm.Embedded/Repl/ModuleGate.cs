using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>The modules that restricted sessions may import.</summary>
internal static unsafe class ModuleGate
{
    private static readonly HashSet<string> s_allowed = new(StringComparer.Ordinal)
    {
        "__future__", "abc", "ast", "asyncio", "base64", "binascii", "bisect", "calendar", "cmath", "collections", "colorsys", "contextlib",
        "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fnmatch", "fractions", "functools", "graphlib", "hashlib",
        "heapq", "hmac", "html", "io", "itertools", "json", "keyword", "math", "numbers", "operator", "pprint", "queue", "random", "re",
        "secrets", "shlex", "statistics", "string", "stringprep", "struct", "sys", "textwrap", "time", "timeit", "traceback", "types",
        "typing", "unicodedata", "urllib", "uuid", "warnings", "xml", "zlib", "zoneinfo",
    };

    /// <summary>The modules, in alphabetical order.</summary>
    public static IEnumerable<string> Allowed => s_allowed.Order(StringComparer.Ordinal);

    /// <summary><c>__import__</c> for restricted sessions.</summary>
    public static PyObject* Import(HostArguments arguments)
    {
        PyObject* name = arguments.Get(0, "name");
        if (name == null || !PyText.Is(name))
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("TypeError"), "__import__() needs the name of a module");
        }

        string module = PyText.ToManaged(name);
        int dot = module.IndexOf('.');
        string root = dot < 0 ? module : module[..dot];
        if (!s_allowed.Contains(root) && !s_allowed.Contains(root.TrimStart('_')))
        {
            return PythonError.Raise(
                PythonRuntime.Current!.ExceptionType("ImportError"),
                $"the module '{root}' is not available in this session. Available: {string.Join(", ", Allowed)}");
        }

        return arguments.Forward(ReplPrelude.Current.RealImport);
    }
}
