namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads what stands inside a tool call that was written as text: JSON, a name with JSON, parameters in tags, or code.</summary>
internal static class ToolCallBody
{
    private static readonly string[] Noise =
    [
        "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>", "[ARGS]",
        "<tool_call>", "</tool_call>", "<|call|>", "<|eom_id|>", "```json", "```",
    ];

    /// <summary>The code of each call, or null when they are not each one piece of Python.</summary>
    /// <param name="body">What stands inside.</param>
    /// <param name="mayBeCode">It may be Python as it is.</param>
    public static IReadOnlyList<string>? Read(ReadOnlySpan<char> body, bool mayBeCode)
    {
        const string Plugin = "<|plugin|>";
        var text = body.Trim();
        text = text.StartsWith(Plugin, StringComparison.Ordinal) ? text[Plugin.Length..].TrimStart() : text;
        if (text.IsEmpty)
        {
            return null;
        }

        if (text[0] is '{' or '[' && ToolCallJson.Read(text) is { } codes)
        {
            return codes;
        }

        if (mayBeCode)
        {
            return text[0] == '{' ? null : [text.ToString().ReplaceLineEndings("\n")];
        }

        var code = ReadTags(text) ?? ReadEscaped(text) ?? ReadNamed(text);
        return code is null ? null : [code];
    }

    // <function=python><parameter=code>...</parameter>, <invoke name="python"><parameter name="code">..., python<arg_key>code</arg_key><arg_value>...
    private static string? ReadTags(ReadOnlySpan<char> text)
    {
        if (text.IndexOf("<arg_key>") is >= 0 and var key)
        {
            var isOne = text[(key + 1)..].IndexOf("<arg_key>") < 0;
            return isOne && Between(text, "<arg_value>", "</arg_value>") is { } value ? Call(Clean(text[..key]), Between(text, "<arg_key>", "</arg_key>"), value) : null;
        }

        var parameter = text.IndexOf("parameter");
        var tag = parameter < 0 ? -1 : text[..parameter].LastIndexOf('<');
        if (tag < 0 || text[(parameter + 9)..].IndexOf("<parameter") >= 0)
        {
            return null;
        }

        var open = text[parameter..];
        var close = open.IndexOf('>');
        var end = LastClosing(open);
        return close < 0 || end < close ? null : Call(Attribute(text[..tag]), Attribute(open[..(close + 1)]), open[(close + 1)..end].ToString());
    }

    private static int LastClosing(ReadOnlySpan<char> open)
    {
        var named = open.LastIndexOf("parameter>");
        return named < 0 ? -1 : open[..named].LastIndexOf("</");
    }

    // call:python{code:<escape>...<escape>}
    private static string? ReadEscaped(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("call:", StringComparison.Ordinal) || text.IndexOf('{') is not (> 0 and var brace))
        {
            return null;
        }

        foreach (var quote in (string[])["<escape>", "<|\"|>"])
        {
            var open = text.IndexOf(quote);
            var close = text.LastIndexOf(quote);
            if (open > brace && close > open && text[(open + quote.Length)..close].IndexOf(quote) < 0)
            {
                return Call(text["call:".Length..brace].ToString(), text[(brace + 1)..open].TrimEnd(": ").ToString(), text[(open + quote.Length)..close].ToString());
            }
        }

        return null;
    }

    // functions.python:0{"code": ...}, python[ARGS]{...}, function<sep>python ```json {...}```
    private static string? ReadNamed(ReadOnlySpan<char> text)
    {
        var open = text.IndexOf('{');
        var close = text.LastIndexOf('}');
        if (open <= 0 || close < open)
        {
            return null;
        }

        var name = text[..open];
        if (name.IndexOf("[CALL_ID]") is >= 0 and var id)
        {
            name = name[..id];
        }

        var isFunction = name.IndexOf("<function=") is >= 0 and var function;
        var clean = isFunction ? Attribute(name) : Clean(name);
        return ToolCallJson.Arguments(clean.StartsWith("function", StringComparison.Ordinal) && !clean.StartsWith("functions.", StringComparison.Ordinal) ? clean["function".Length..].Trim() : clean, text[open..(close + 1)]);
    }

    private static string? Call(string? name, string? key, string value)
    {
        var argument = new KeyValuePair<string, object?>(key?.Trim() ?? "", value);
        return ToolCallCode.Read(name, [argument]);
    }

    // name="python", =python
    private static string Attribute(ReadOnlySpan<char> tag)
    {
        var equals = tag.LastIndexOf('=');
        var quoted = tag.IndexOf("name=");
        var value = quoted >= 0 ? tag[(quoted + 5)..] : equals >= 0 ? tag[(equals + 1)..] : default;
        value = value.TrimStart("\"'");
        var end = value.IndexOfAny("\"'> \n");
        return (end < 0 ? value : value[..end]).ToString();
    }

    private static string Clean(ReadOnlySpan<char> name)
    {
        var result = name.ToString();
        foreach (var noise in Noise)
        {
            result = result.Replace(noise, "", StringComparison.OrdinalIgnoreCase);
        }

        return result.Trim();
    }

    private static string? Between(ReadOnlySpan<char> text, string open, string close)
    {
        var start = text.IndexOf(open);
        var end = text.LastIndexOf(close);
        return start < 0 || end < start ? null : text[(start + open.Length)..end].ToString();
    }
}
