using System.Collections.Frozen;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads what stands behind the back-ticks of an opening fence: a language, notes on it, or code.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct FenceInfo
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PythonNames = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "repl", "python", "py", "ipython", "tool_code", "python_repl", "python-repl", "code_interpreter").GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OtherNames = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "json", "jsonl", "text", "txt", "plaintext", "output", "console", "bash", "sh", "shell", "zsh", "powershell", "javascript", "js", "typescript", "ts", "html",
        "xml", "css", "yaml", "yml", "toml", "ini", "csv", "tsv", "sql", "markdown", "md", "mdx", "latex", "tex", "math", "diff", "c", "cpp", "c++", "csharp", "cs",
        "java", "go", "rust", "ruby", "php", "perl", "r", "kotlin", "swift", "scala", "mermaid", "pycon", "log", "none").GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Attributes = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "title", "filename", "file", "file_name", "filepath", "path", "caption", "label", "lang", "language", "linenos", "linenums", "showlinenumbers", "linenostart", "startline",
        "highlight", "hl_lines", "hl", "eval", "echo", "exec", "session", "results", "tags").GetAlternateLookup<ReadOnlySpan<char>>();

    private FenceInfo(FenceLanguage language, ReadOnlySpan<char> name, ReadOnlySpan<char> code)
    {
        Language = language;
        Name = name;
        Code = code;
    }

    public FenceLanguage Language { get; }

    /// <summary>The language as it is spelt, or empty.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>Code that stands on the line of the fence, or empty.</summary>
    public ReadOnlySpan<char> Code { get; }

    /// <summary>Reads trimmed text.</summary>
    public static FenceInfo Read(ReadOnlySpan<char> info)
    {
        if (info.IsEmpty)
        {
            return default;
        }

        var isBraced = info[0] == '{'; // {python}, {.python .numberLines}
        var body = isBraced ? info[1..].TrimStart(" .") : info;
        var name = body[..WordLength(body)];
        if (!IsPython(name))
        {
            return new FenceInfo(FenceLanguage.Other, name, default);
        }

        var rest = body[name.Length..];
        var hasCode = !isBraced && !rest.IsEmpty && char.IsWhiteSpace(rest[0]) && !IsNotes(rest.TrimStart(), name.Equals("repl", StringComparison.OrdinalIgnoreCase));
        return new FenceInfo(FenceLanguage.Python, name, hasCode ? rest.TrimStart() : default);
    }

    /// <summary>Whether text behind a run of back-ticks, inside of a block, opens a block rather than follows one.</summary>
    public static bool Opens(ReadOnlySpan<char> behind)
    {
        var info = behind.Trim();
        var read = Read(info);
        if (read.Language == FenceLanguage.Python)
        {
            return true;
        }

        var rest = info[read.Name.Length..];
        var isKnown = OtherNames.Contains(read.Name);
        var isAttached = !char.IsWhiteSpace(behind[0]);
        return !read.Name.IsEmpty && (rest.IsEmpty ? isKnown || (isAttached && read.Name[^1] != '.') : isKnown && IsNotes(rest.TrimStart(), isRepl: false));
    }

    private static bool IsPython(ReadOnlySpan<char> name) =>
        PythonNames.Contains(name) || PythonNames.Contains(name.TrimEnd("0123456789."));

    private static int WordLength(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '+' or '-' or '#' or '.'))
        {
            end++;
        }

        return end;
    }

    // Notes are words, numbers, paths, braces and attributes; whatever else stands there is code: "```repl x = 1".
    private static bool IsNotes(ReadOnlySpan<char> text, bool isRepl)
    {
        while (!text.IsEmpty)
        {
            var length = NoteLength(text, isRepl);
            if (length == 0)
            {
                return false;
            }

            text = text[length..].TrimStart();
        }

        return true;
    }

    private static int NoteLength(ReadOnlySpan<char> text, bool isRepl)
    {
        if (text[0] == '{')
        {
            var close = text.IndexOf('}');
            return close < 0 ? text.Length : close + 1;
        }

        var end = 0;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.' or '/' or '\\' or ':'))
        {
            end++;
        }

        var word = text[..end];
        if (end == text.Length || char.IsWhiteSpace(text[end]))
        {
            return PythonShape.IsKeyword(word) ? 0 : end;
        }

        if (text[end] != '=' || end == 0 || !(isRepl ? word is "title" or "filename" or "file" : Attributes.Contains(word)))
        {
            return 0;
        }

        var value = text[(end + 1)..];
        if (value.IsEmpty || char.IsWhiteSpace(value[0]) || value[0] == '=')
        {
            return 0; // "title = f(x)"
        }

        var quoted = value[0] is '"' or '\'' ? value[1..].IndexOf(value[0]) : -1;
        var space = value.IndexOfAny(' ', '\t');
        var length = quoted >= 0 ? quoted + 2 : space >= 0 ? space : value.Length;
        return value[..length].Contains('(') && quoted < 0 ? 0 : end + 1 + length;
    }
}
