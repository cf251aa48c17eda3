using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Rlm.Embedded.Containment.Tests;

/// <summary>
/// What modules have in stock Python and not in a session, and what library functions import when they are called: all of it is on a list that was looked at
/// (members/*.txt; RLM_APPROVE_MEMBERS=1 adds what is new), and is told in words from which one can go on.
/// </summary>
public sealed class MemberTests
{
    // Children of packages; the packages and all others are asked for.
    private static readonly string[] s_inside =
    [
        "collections.abc", "concurrent.futures", "email.header", "email.message", "email.mime.text", "email.policy", "email.utils", "html.entities", "html.parser", "http.cookies",
        "json.decoder", "json.encoder", "os.path", "urllib.parse", "xml.etree.ElementTree", "xml.sax.saxutils",
    ];

    private static readonly bool s_approve = Environment.GetEnvironmentVariable("RLM_APPROVE_MEMBERS") == "1";

    [Test]
    public async Task Members_AbsentFromASession_AreOnTheListAndSayWhy()
    {
        using Child child = Child.OfHost("--tools", "none");
        SortedDictionary<string, SortedSet<string>> approved = Read("absent.txt");
        List<string> problems = [];
        foreach (string module in await ModulesAsync(child))
        {
            Answer stock = await child.AskAsync("trusted:stock", $$"""
                import importlib, json, types, warnings
                warnings.simplefilter("ignore")
                def names(module):
                    try:
                        module = importlib.import_module(module)
                    except ImportError:
                        return []
                    home = (module.__name__, "_" + module.__name__, None, "builtins")
                    listed = getattr(module, "__all__", None) or [n for n, v in vars(module).items() if not isinstance(v, types.ModuleType) and getattr(v, "__module__", None) in home]
                    return sorted(n for n in set(listed) if not n.startswith("_") and getattr(module, n, None) is not None)
                print(" ".join(names("{{module}}")))
                """);
            stock.ErrorType.ShouldBeNull($"{module}: {stock}");
            if (stock.Stdout.Trim().Length == 0)
            {
                continue;
            }

            Answer session = await child.AskAsync("session", $$"""
                {{(module.Contains('.', StringComparison.Ordinal) ? $"from {module[..module.LastIndexOf('.')]} import {module[(module.LastIndexOf('.') + 1)..]} as module" : $"import {module} as module")}}
                for name in "{{stock.Stdout.Trim()}}".split():
                    try:
                        getattr(module, name)
                    except AttributeError as error:
                        print(name, "{{module}}." + name in str(error))
                """);
            if (session.ErrorType is not null)
            {
                problems.Add($"{module} cannot be imported: {session.ErrorType}: {session.ErrorText}");
                continue;
            }

            foreach (string[] line in session.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')))
            {
                if (line[1] == "False")
                {
                    problems.Add($"{module}.{line[0]}: the message does not name it");
                }

                Note(approved, problems, module, line[0], "is not in a session's module");
            }
        }

        Write("absent.txt", approved);
        problems.ShouldBeEmpty(string.Join('\n', problems));
    }

    [Test]
    public async Task Imports_InsideFunctionsOfModules_AreLoadedWhenNeededOrOnTheList()
    {
        using Child child = Child.OfHost("--tools", "none");
        SortedDictionary<string, SortedSet<string>> approved = Read("imports.txt");
        List<string> problems = [];
        string views = await File.ReadAllTextAsync(Path.Combine(Folder(), "..", "..", "..", "python", "module_views.py"));
        Answer found = await child.AskAsync("trusted:stock", $$"""
            import ast, importlib, os, sys, types, warnings
            warnings.simplefilter("ignore")
            tables = {target.id: node.value for node in ast.parse({{JsonSerializer.Serialize(views)}}).body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
            shown = [key.value for key in tables["LEFT_OUT"].keys]
            own = ast.literal_eval(tables["OWN"]) | {key.value for key, value in zip(tables["LEFT_OUT"].keys, tables["LEFT_OUT"].values) if isinstance(value, ast.Constant)}
            loadable = set(shown) | ast.literal_eval(tables["LAZILY_LOADED"])
            for name in shown:
                if name in own:
                    continue
                try:
                    file = getattr(importlib.import_module(name), "__file__", None) or ""
                except ImportError:
                    continue
                if not file.endswith(".py"):
                    continue
                found = set()
                for function in ast.walk(ast.parse(open(file, encoding="utf-8").read())):
                    if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        for node in ast.walk(function):
                            if isinstance(node, ast.Import):
                                found |= {alias.name for alias in node.names}
                            elif isinstance(node, ast.ImportFrom) and not node.level:
                                found.add(node.module)
                for one in sorted(found - loadable):
                    # What is loaded with the interpreter or the module needs nobody to load it.
                    if one not in sys.builtin_module_names:
                        print(name, one)
            """, timeout: 29);
        found.ErrorType.ShouldBeNull(found.ToString());
        foreach (string[] line in found.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')))
        {
            Note(approved, problems, line[0], line[1], "is imported by a function of it, and sessions load no such module");
        }

        Write("imports.txt", approved);
        problems.ShouldBeEmpty(string.Join('\n', problems));
    }

    private static async Task<IEnumerable<string>> ModulesAsync(Child child)
    {
        const string Available = "available are ";
        Answer answer = await child.AskAsync("session", "import bz2\nbz2.compress");
        string message = answer.ErrorText ?? "";
        message.ShouldContain(Available);
        return [.. message[(message.IndexOf(Available, StringComparison.Ordinal) + Available.Length)..].Split(", "), .. s_inside];
    }

    private static void Note(SortedDictionary<string, SortedSet<string>> approved, List<string> problems, string module, string name, string what)
    {
        if (approved.TryGetValue(module, out SortedSet<string>? names) && names.Contains(name))
        {
            return;
        }

        if (!s_approve)
        {
            problems.Add($"{module}: {name} {what}");
            return;
        }

        if (names is null)
        {
            approved[module] = names = new(StringComparer.Ordinal);
        }

        names.Add(name);
    }

    private static SortedDictionary<string, SortedSet<string>> Read(string file) => new(
        File.ReadLines(Path.Combine(Folder(), file)).Select(line => line.Split(": ")).ToDictionary(
            parts => parts[0], parts => new SortedSet<string>(parts[1].Split(' '), StringComparer.Ordinal), StringComparer.Ordinal),
        StringComparer.Ordinal);

    private static void Write(string file, SortedDictionary<string, SortedSet<string>> approved)
    {
        if (s_approve)
        {
            File.WriteAllLines(Path.Combine(Folder(), file), approved.Select(entry => $"{entry.Key}: {string.Join(' ', entry.Value)}"));
        }
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "members");
}
