using System.Globalization;
using System.Text;

namespace Rlm.Embedded.Containment.Tests.Fuzz;

/// <summary>
/// Writes random Python programs that mostly compile and lean towards what could break out: attributes of the object graph, formatting,
/// frames, code objects, classes with special methods, modules and the functions of the session. The same seed gives the same programs.
/// </summary>
internal sealed partial class ProgramGrammar(int seed)
{
    private static readonly string[] s_variables = ["a", "b", "c", "d", "e", "f", "g"];

    // The gate refuses a program that spells one of these, so few do; the rest of the program would not be tried.
    private static readonly string[] s_refused =
    [
        "__class__", "__bases__", "__base__", "__mro__", "__subclasses__", "__globals__", "__builtins__", "__dict__", "__code__", "__closure__", "__self__",
        "__func__", "__wrapped__", "__traceback__", "tb_frame", "tb_next", "f_back", "f_globals", "f_locals", "f_builtins", "f_code", "gi_frame", "gi_code",
        "gi_yieldfrom", "cr_frame", "ag_frame", "co_consts", "co_code", "__reduce__", "__reduce_ex__", "__getattribute__", "__loader__", "__spec__", "mro", "__weakref__",
    ];

    private static readonly string[] s_attributes =
    [
        "__name__", "__doc__", "__call__", "__iter__", "__next__", "__enter__", "__exit__", "__eq__", "__hash__", "__len__", "__contains__", "__getitem__", "__add__",
        "__str__", "__repr__", "__init__", "format", "format_map", "join", "split", "encode", "decode", "append", "pop", "update", "items", "keys", "values", "get",
        "setdefault", "copy", "sort", "index", "count", "clear", "extend", "send", "throw", "close", "fget", "real", "imag", "args", "with_traceback", "add_note",
        "obj", "name", "value", "path", "modules", "environ", "system", "sys", "os", "codecs", "x", "y", "n", "x", "y", "n", "replace", "strip", "upper", "insert",
        "remove", "reverse", "add", "union", "translate", "maketrans", "from_bytes", "to_bytes", "fromkeys", "most_common", "elements", "cache_info", "cache_clear",
        "register", "dispatch", "getvalue", "write", "read", "seek", "tell", "getbuffer", "release", "cast", "tobytes", "hex", "group", "groups", "span", "finditer",
    ];

    private static readonly string[] s_functions =
    [
        "print", "len", "type", "object", "int", "float", "str", "bytes", "bytearray", "list", "tuple", "dict", "set", "frozenset", "range", "enumerate",
        "zip", "map", "filter", "sorted", "reversed", "sum", "min", "max", "any", "all", "iter", "next", "repr", "ascii", "format", "hash", "id", "isinstance",
        "issubclass", "callable", "getattr", "setattr", "hasattr", "delattr", "vars", "dir", "globals", "locals", "super", "property", "classmethod",
        "staticmethod", "memoryview", "slice", "complex", "bool", "chr", "ord", "hex", "bin", "abs", "pow", "round", "divmod", "eval", "exec", "compile",
        "open", "input", "__import__", "breakpoint", "help", "exit", "quit", "BaseException", "Exception", "ValueError", "SystemExit", "KeyboardInterrupt",
        "MemoryError", "ExceptionGroup", "StopIteration", "AttributeError", "llm_query", "llm_query_batched", "rlm_query", "FINAL", "FINAL_VAR", "SHOW_VARS", "context", "answer",
        "NotImplemented", "Ellipsis",
    ];

    /// <summary>Modules that programs import, and some that they try to.</summary>
    public static readonly string[] Modules =
    [
        "json", "re", "math", "collections", "itertools", "functools", "operator", "datetime", "string", "random", "statistics", "textwrap", "types", "typing",
        "dataclasses", "enum", "abc", "contextlib", "copy", "io", "struct", "decimal", "fractions", "heapq", "bisect", "base64", "hashlib", "zlib", "csv", "html",
        "urllib.parse", "asyncio", "time", "traceback", "sys", "ast", "numbers", "unicodedata", "difflib", "pprint", "queue", "uuid", "weakref", "warnings", "inspect",
        "binascii", "calendar", "cmath", "collections.abc", "colorsys", "concurrent.futures", "fnmatch", "graphlib", "hmac", "html.entities", "html.parser",
        "json.decoder", "json.encoder", "keyword", "reprlib", "secrets", "shlex", "urllib", "xml.etree.ElementTree", "__future__",
    ];

    private static readonly string[] s_refusedModules =
    [
        "os", "subprocess", "socket", "ctypes", "threading", "importlib", "builtins", "gc", "pickle", "marshal", "signal", "multiprocessing", "tempfile",
        "shutil", "pathlib", "posix", "_thread", "code", "faulthandler", "mmap", "resource", "sqlite3", "ssl", "site", "imp", "pty", "_io", "_ctypes",
    ];

    private static readonly string[] s_members =
    [
        "loads", "dumps", "compile", "sub", "match", "sqrt", "factorial", "Counter", "defaultdict", "namedtuple", "OrderedDict", "deque", "ChainMap", "UserDict",
        "chain", "count", "cycle", "repeat", "tee", "product", "groupby", "partial", "reduce", "lru_cache", "cached_property", "wraps", "attrgetter", "itemgetter",
        "methodcaller", "datetime", "timedelta", "Template", "Formatter", "Random", "mean", "wrap", "FunctionType", "CodeType", "ModuleType", "MethodType",
        "SimpleNamespace", "GeneratorType", "new_class", "get_type_hints", "Generic", "TypeVar", "NamedTuple", "Optional", "dataclass", "field", "make_dataclass",
        "Enum", "Flag", "ABC", "abstractmethod", "contextmanager", "ExitStack", "suppress", "redirect_stdout", "deepcopy", "copy", "StringIO", "BytesIO", "open",
        "TextIOWrapper", "pack", "unpack", "Decimal", "Fraction", "heappush", "b64encode", "md5", "compress", "reader", "writer", "unescape", "urlsplit", "run", "sleep",
        "gather", "Queue", "format_exc", "print_exc", "modules", "exc_info", "stdout", "settrace", "setrecursionlimit", "parse", "literal_eval", "walk",
        "unparse", "normalize", "ref", "proxy", "getsource", "system", "environ", "popen", "fork", "execv", "Popen", "socket", "CDLL", "Thread", "import_module",
        "get_objects", "Process", "sys", "os", "builtins", "abc", "codecs",
    ];

    private static readonly string[] s_specials =
    [
        "__init__", "__call__", "__getattr__", "__eq__", "__hash__", "__len__", "__iter__", "__next__", "__getitem__", "__contains__", "__bool__", "__str__", "__repr__",
        "__format__", "__add__", "__radd__", "__enter__", "__exit__", "__index__", "__int__", "__float__", "__await__", "__missing__", "__lt__", "__setitem__",
        "__mul__", "__neg__", "__reversed__", "__delitem__", "__new__", "__setattr__", "__get__", "__set__", "__set_name__", "__init_subclass__", "__class_getitem__",
        "__copy__", "__deepcopy__", "__slots__", "__round__", "__bytes__", "__complex__", "method", "x", "y", "n",
    ];

    private static readonly string[] s_refusedSpecials =
    [
        "__getattribute__", "__del__", "__dir__", "__fspath__", "__subclasshook__", "__instancecheck__", "__prepare__", "__mro_entries__", "__reduce__", "__buffer__", "__dict__", "__class__",
    ];

    private static readonly string[] s_texts =
    [
        "''", "'x'", "'{0.__class__}'", "'{0.__init__.__globals__}'", "'{a.__class__.__mro__}'", "'{0[__class__]}'", "'%s %r'", "'%(x)s'", "'__class__'",
        "'__glo' + 'bals__'", "'open(\"@FILE@\").read()'", "'__import__(\"os\").environ'", "'import os'", "'a.b'", "'\\ud800'", "'\\0'", "'é' * 40", "'a' * 5000",
        "'@FILE@'", "'/proc/self/environ'", "'/etc/passwd'", "'1+1'", "'(a+)+$'", "'f_back'", "'gi_frame'", "'utf-8'", "'{:>{}}'", "'{!r}'",
    ];

    private static readonly string[] s_operators = ["+", "-", "*", "/", "//", "%", "@", "&", "|", "^", "<<", ">>", "==", "!=", "<", ">", "in", "not in", "is", "and", "or"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private int _loops;

    /// <summary>The next program.</summary>
    public string Next()
    {
        _text.Clear();
        _loops = 0;
        Line(0, "a, b, c, d, e, f, g = 3, 'text', [1, 2], {'x': 1}, (lambda *x, **y: x), (i for i in range(9)), object()");
        int statements = _random.Next(2, 9);
        for (int i = 0; i < statements; i++)
        {
            // Most statements fail; the next ones are to be reached all the same.
            if (Chance(75))
            {
                Line(0, "try:");
                Statement(1, inFunction: false, depth: 0);
                Line(0, $"except {(Chance(80) ? "Exception" : "BaseException")} as error:");
                Line(1, Chance(70) ? "pass" : $"{Pick(s_variables)} = error");
            }
            else
            {
                Statement(0, inFunction: false, depth: 0);
            }
        }

        return _text.ToString();
    }

    private string Attribute() => _random.Next(300) == 0 ? Pick(s_refused) : Pick(s_attributes);

    private string Special() => _random.Next(100) == 0 ? Pick(s_refusedSpecials) : Pick(s_specials);

    private string Module() => Chance(15) ? Pick(s_refusedModules) : Pick(Modules);

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private void Line(int indent, string text) => _text.Append(' ', indent * 4).Append(text).Append('\n');

    private void Block(int indent, bool inFunction, int depth)
    {
        int statements = _random.Next(1, 4);
        for (int i = 0; i < statements; i++)
        {
            Statement(indent, inFunction, depth + 1);
        }
    }

    private void Statement(int indent, bool inFunction, int depth)
    {
        switch (depth > 3 ? _random.Next(0, 40) : _random.Next(0, 130))
        {
            case < 14:
                Line(indent, $"{Pick(s_variables)} = {Expression(3)}");
                break;
            case < 22:
                Line(indent, Expression(3));
                break;
            case < 27:
                Line(indent, $"print({Expression(2)})");
                break;
            case < 30:
                Line(indent, $"{Pick(s_variables)}.{Attribute()} = {Expression(2)}");
                break;
            case < 32:
                Line(indent, $"{Pick(s_variables)}[{Expression(1)}] = {Expression(2)}");
                break;
            case < 34:
                Line(indent, Chance(20) ? $"del {Pick(s_variables)}" : $"({Pick(s_variables)} := {Expression(2)})");
                break;
            case < 36:
                Line(indent, $"{(Chance(30) ? Pick(s_functions) : Pick(s_variables))} = {Expression(2)}");
                break;
            case < 38:
                Line(indent, $"raise {(Chance(50) ? "ValueError" : Pick(s_functions))}({Expression(1)}){(Chance(20) ? " from " + Expression(1) : "")}");
                break;
            case < 40:
                Line(indent, inFunction ? Chance(50) ? $"return {Expression(2)}" : $"yield {Expression(2)}" : $"assert {Expression(2)}");
                break;
            case < 48:
                Line(indent, $"import {Module()}{(Chance(40) ? " as " + Pick(s_variables) : "")}");
                break;
            case < 54:
                Line(indent, $"from {Module()} import {(Chance(8) && indent == 0 ? "*" : Pick(s_members) + (Chance(50) ? " as " + Pick(s_variables) : ""))}");
                break;
            case < 62:
                Try(indent, inFunction, depth);
                break;
            case < 70:
                Function(indent, depth);
                break;
            case < 79:
                Class(indent, depth);
                break;
            case < 84:
                Line(indent, $"if {Expression(2)}:");
                Block(indent + 1, inFunction, depth);
                break;
            case < 90:
                Line(indent, $"for {Pick(s_variables)} in {(Chance(70) ? $"range({_random.Next(5)})" : Expression(1))}:");
                Block(indent + 1, inFunction, depth);
                break;
            case < 92 when _loops++ == 0 && Chance(10):
                Line(indent, "while True:");
                Block(indent + 1, inFunction, depth);
                break;
            case < 94:
                Line(indent, $"with {Expression(2)} as {Pick(s_variables)}:");
                Block(indent + 1, inFunction, depth);
                break;
            case < 96:
                Line(indent, $"match {Expression(1)}:");
                Line(indent + 1, $"case {Pick(["_", "[x, *y]", "{'x': y}", "str()", "object(x=1)", "int() | None"])}:");
                Block(indent + 2, inFunction, depth);
                break;
            case >= 100:
                Template(indent);
                break;
            default:
                Line(indent, $"{Pick(s_variables)} {Pick(["+=", "*=", "|=", "%="])} {Expression(2)}");
                break;
        }
    }

    private void Try(int indent, bool inFunction, int depth)
    {
        Line(indent, "try:");
        Block(indent + 1, inFunction, depth);
        if (Chance(80))
        {
            Line(indent, $"except {(Chance(50) ? "Exception" : Chance(50) ? "BaseException" : Expression(1))} as e:");
            Line(indent + 1, $"{Pick(s_variables)} = e{(Chance(60) ? "." + Attribute() : "")}");
            Block(indent + 1, inFunction, depth);
        }
        else
        {
            Line(indent, "finally:");
            Block(indent + 1, inFunction, depth);
        }
    }

    private void Function(int indent, int depth)
    {
        if (Chance(20))
        {
            Line(indent, $"@{(Chance(50) ? Pick(s_functions) : Pick(s_variables))}");
        }

        string name = Pick(s_variables);
        bool isAsync = Chance(10);
        Line(indent, $"{(isAsync ? "async " : "")}def {name}({Pick(["", "x", "*x", "x, y=1", "x=0, **y", "self"])}){(Chance(10) ? " -> " + Expression(1) : "")}:");
        if (Chance(10))
        {
            Line(indent + 1, $"global {Pick(s_variables)}");
        }

        Block(indent + 1, inFunction: !isAsync, depth);
        if (Chance(70))
        {
            Line(indent, $"{Pick(s_variables)} = {(isAsync && indent == 0 && Chance(70) ? "await " : "")}{name}({Arguments(1)})");
        }
    }

    private void Class(int indent, int depth)
    {
        string name = Pick(["A", "B", "C"]);
        string bases = Pick(["", "", "(object)", "(str)", "(dict)", "(list)", "(int)", "(Exception)", "(type)", "(tuple)", "(A)", "(metaclass=type)"]);
        if (bases.Length == 0 && Chance(20))
        {
            bases = $"({Expression(1)})";
        }

        Line(indent, $"class {name}{bases}:");
        int members = _random.Next(1, 4);
        for (int i = 0; i < members; i++)
        {
            string member = Special();
            if (Chance(25))
            {
                Line(indent + 1, $"{member} = {Expression(1)}");
            }
            else
            {
                Line(indent + 1, $"def {member}(self, *x, **y):");
                Block(indent + 2, inFunction: true, depth + 1);
            }
        }

        Line(indent, $"{Pick(s_variables)} = {(Chance(70) ? name + "(" + Arguments(1) + ")" : name)}");
    }

    private string Arguments(int depth)
    {
        int many = _random.Next(0, 4);
        List<string> parts = [];
        for (int i = 0; i < many; i++)
        {
            parts.Add(Chance(10) ? "*" + Expression(depth) : Expression(depth));
        }

        if (Chance(8))
        {
            parts.Add($"key={Expression(depth)}");
        }

        if (Chance(4))
        {
            parts.Add($"**{Expression(depth)}");
        }

        return string.Join(", ", parts);
    }

    private string Expression(int depth)
    {
        if (depth <= 0 || Chance(15))
        {
            return Atom();
        }

        return _random.Next(0, 100) switch
        {
            < 22 => $"{Expression(depth - 1)}.{Attribute()}",
            < 46 => $"{(Chance(70) ? Pick(s_functions) : Expression(depth - 1))}({Arguments(depth - 1)})",
            < 54 => $"{Expression(depth - 1)}[{(Chance(30) ? $"{Expression(depth - 1)}:" : Expression(depth - 1))}]",
            < 63 => $"({Expression(depth - 1)} {Pick(s_operators)} {Expression(depth - 1)})",
            < 67 => $"[{Expression(depth - 1)} for {Pick(s_variables)} in {Expression(depth - 1)}]",
            < 70 => $"({Expression(depth - 1)} for {Pick(s_variables)} in {Expression(depth - 1)})",
            < 73 => $"(lambda *x, **y: {Expression(depth - 1)})",
            < 76 => $"getattr({Expression(depth - 1)}, {Pick(s_texts)}{(Chance(50) ? ", None" : "")})",
            < 79 => $"{Pick(s_texts)}.format({Arguments(depth - 1)})",
            < 81 => $"f'{{{Pick(s_variables)}.{Attribute()}!r}}'",
            < 84 => $"type('T', ({Expression(depth - 1)},), {{'{Special()}': {Expression(depth - 1)}}})",
            < 87 => $"({Expression(depth - 1)} if {Expression(depth - 1)} else {Expression(depth - 1)})",
            < 90 => $"[{Expression(depth - 1)}, *{Expression(depth - 1)}]",
            < 92 => $"{{{Expression(depth - 1)}: {Expression(depth - 1)}}}",
            < 94 => $"({Expression(depth - 1)}, {Expression(depth - 1)})",
            < 96 => $"{{{Expression(depth - 1)}, *{Expression(depth - 1)}}}",
            < 98 => $"{Pick(s_variables)}.{Pick(s_members)}",
            _ => $"-{Expression(depth - 1)}",
        };
    }

    private string Atom() => _random.Next(0, 10) switch
    {
        < 3 => Pick(s_variables),
        < 5 => Pick(s_functions),
        5 => Pick(s_texts),
        6 => string.Create(CultureInfo.InvariantCulture, $"({_random.Next(-3, 300)})"),
        7 => Pick(["(10 ** 40)", "(1e308)", "(0.5)", "(1j)", "b'x'", "(2 ** 63)", "(-1)", "True", "None", "..."]),
        8 => Pick(["[]", "()", "{}", "{1}", "[1, 'a']", "{'x': 1}", "range(3)", "''", "object()"]),
        _ => Pick(s_variables),
    };
}
