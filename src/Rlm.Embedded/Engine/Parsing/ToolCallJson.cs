using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads tool calls in JSON, under the names that their parts have.</summary>
internal static class ToolCallJson
{
    private static readonly string[] Names = ["name", "tool_name", "tool", "function_name", "recipient_name", "action"];
    private static readonly string[] ArgumentNames = ["arguments", "parameters", "args", "input", "tool_input", "action_input", "kwargs"];
    private static readonly string[] BareCode = ["code", "python", "python_code", "repl"];

    /// <summary>The code of each call of an object or a list; null when one of them is not one piece of Python, or nothing is a call.</summary>
    public static IReadOnlyList<string>? Read(ReadOnlySpan<char> json)
    {
        using var document = Parse(json);
        return document is null ? null : Codes(document.RootElement);
    }

    /// <summary>The code in the arguments of a call, or null.</summary>
    public static string? Arguments(string? name, ReadOnlySpan<char> json)
    {
        using var document = ToolCallCode.IsPythonTool(name) ? Parse(json) : null;
        return document is null ? null : ToolCallCode.ReadArguments(document.RootElement);
    }

    /// <summary>Reads a whole reply: its code, nothing when it is a call that cannot be run, or null when it is no call.</summary>
    public static IReadOnlyList<string>? ReadWhole(ReadOnlySpan<char> json)
    {
        using var document = Parse(json);
        if (document is null)
        {
            return null;
        }

        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count() == 1 && Get(root, BareCode) is { ValueKind: JsonValueKind.String } bare)
        {
            return string.IsNullOrWhiteSpace(bare.GetString()) ? [] : [bare.GetString()!.ReplaceLineEndings("\n").Trim('\n')];
        }

        return Codes(root) is { } codes ? codes : IsCall(root) ? [] : null;
    }

    private static IReadOnlyList<string>? Codes(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("tool_calls", out var calls))
        {
            root = calls;
        }

        if (root.ValueKind != JsonValueKind.Array)
        {
            return Code(root) is { } one ? [one] : null;
        }

        var codes = root.EnumerateArray().Select(Code).ToList();
        return codes.Count == 0 || codes.Contains(null) ? null : codes.ConvertAll(code => code!);
    }

    private static string? Code(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (call.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object)
        {
            call = function;
        }

        var name = Get(call, Names) is { ValueKind: JsonValueKind.String } named ? named.GetString()
            : call.TryGetProperty("function", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        if (!ToolCallCode.IsPythonTool(name))
        {
            return null;
        }

        return Get(call, ArgumentNames) is { } arguments
            ? ToolCallCode.ReadArguments(arguments)
            : Get(call, BareCode) is { ValueKind: JsonValueKind.String } code && !string.IsNullOrWhiteSpace(code.GetString()) ? code.GetString()!.ReplaceLineEndings("\n").Trim('\n') : null;
    }

    // A name and arguments: a call, though not one of Python.
    private static bool IsCall(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => root.GetArrayLength() > 0 && root.EnumerateArray().All(IsCall),
        JsonValueKind.Object => root.TryGetProperty("tool_calls", out _)
            || root.TryGetProperty("function", out _)
            || (Get(root, Names) is { ValueKind: JsonValueKind.String } && Get(root, ArgumentNames) is not null),
        _ => false,
    };

    private static JsonElement? Get(JsonElement element, string[] names)
    {
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    // Models write the line ends of code into JSON as they are.
    private static JsonDocument? Parse(ReadOnlySpan<char> json)
    {
        try
        {
            return JsonDocument.Parse(Escaped(json));
        }
        catch (JsonException)
        {
            return null;
        }
        catch (ArgumentException)
        {
            return null; // a lone surrogate
        }
    }

    private static string Escaped(ReadOnlySpan<char> json)
    {
        if (json.IndexOfAny('\n', '\t') < 0)
        {
            return json.ToString();
        }

        var result = new StringBuilder(json.Length + 16);
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (c == '"')
            {
                inString = !inString;
            }

            if (inString && c == '\\' && i + 1 < json.Length && json[i + 1] is not ('\n' or '\r'))
            {
                result.Append(c).Append(json[++i]);
                continue;
            }

            result.Append(!inString ? c.ToString() : c switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }

        return result.ToString();
    }
}
