using System.Collections.Frozen;
using System.Text.Json;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads a tool call as Python where it is unmistakable: a tool that runs Python, with one piece of code.</summary>
internal static class ToolCallCode
{
    private static readonly FrozenSet<string> Tools = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "python", "python3", "py", "ipython", "repl", "python_repl", "code_interpreter", "execute_python", "run_python", "exec_python", "python_interpreter", "execute_code", "run_code");

    private static readonly FrozenSet<string> Arguments = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "code", "source", "source_code", "script", "python", "python_code", "code_string", "program", "snippet", "cell", "input");

    /// <summary>Whether a tool of this name runs Python. <c>functions.python:0</c> is the same as <c>python</c>.</summary>
    public static bool IsPythonTool(string? name) => name is not null && Tools.Contains(BareName(name));

    /// <summary>The code of a call, or null when it is not one piece of Python.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="json">Its arguments: a JSON object, or a JSON string that holds one. Broken JSON is no code.</param>
    public static string? Read(string? name, string? json)
    {
        if (json is null || !IsPythonTool(name))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return ReadArguments(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The code of a call, or null when it is not one piece of Python.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">Its arguments: text, JSON elements or plain values.</param>
    public static string? Read(string? name, IEnumerable<KeyValuePair<string, object?>>? arguments) =>
        arguments is null || !IsPythonTool(name)
            ? null
            : ReadArguments(arguments.Select(argument => (argument.Key, argument.Value switch
            {
                string text => text,
                JsonElement { ValueKind: JsonValueKind.String } element => element.GetString(),
                _ => null,
            })));

    /// <summary>The code among the arguments of a Python tool, or null.</summary>
    public static string? ReadArguments(JsonElement arguments)
    {
        if (arguments.ValueKind == JsonValueKind.String)
        {
            var text = arguments.GetString()!;
            if (!text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal))
            {
                return string.IsNullOrWhiteSpace(text) ? null : text.ReplaceLineEndings("\n").Trim('\n'); // the one argument is the code
            }

            try
            {
                using var inner = JsonDocument.Parse(text);
                return inner.RootElement.ValueKind == JsonValueKind.Object ? ReadArguments(inner.RootElement) : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return arguments.ValueKind != JsonValueKind.Object
            ? null
            : ReadArguments(arguments.EnumerateObject().Select(argument =>
                (argument.Name, argument.Value.ValueKind == JsonValueKind.String ? argument.Value.GetString() : null)));
    }

    // Numbers and switches beside the code (a timeout) do not matter; a second text might.
    private static string? ReadArguments(IEnumerable<(string Name, string? Text)> arguments)
    {
        string? code = null;
        foreach (var (name, text) in arguments)
        {
            if (text is null || IsLanguage(name, text))
            {
                continue;
            }

            if (code is not null || !Arguments.Contains(name))
            {
                return null;
            }

            code = text;
        }

        return string.IsNullOrWhiteSpace(code) ? null : code.ReplaceLineEndings("\n").Trim('\n');
    }

    private static bool IsLanguage(string name, string text) =>
        name.ToLowerInvariant() is "language" or "lang" && text.StartsWith("py", StringComparison.OrdinalIgnoreCase);

    private static string BareName(string name)
    {
        var bare = name.AsSpan().Trim();
        var colon = bare.LastIndexOf(':');
        bare = colon > 0 && bare[(colon + 1)..].IndexOfAnyExceptInRange('0', '9') < 0 ? bare[..colon] : bare;
        return bare[(bare.LastIndexOf('.') + 1)..].ToString();
    }
}
