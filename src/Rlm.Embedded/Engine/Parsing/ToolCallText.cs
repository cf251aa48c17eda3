namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds a tool call that a model wrote as text, and how far it goes.</summary>
internal static class ToolCallText
{
    /// <summary>Reads the call that begins at a position.</summary>
    public static ToolCallSpan? Read(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.IsEmpty || rest[0] is not ('<' or '['))
        {
            return null;
        }

        if ((rest.StartsWith("<|start|>", StringComparison.Ordinal) || rest.StartsWith("<|channel|>", StringComparison.Ordinal))
            && MessageHead.TryRead(text, at, out var head) && head.IsToolCall)
        {
            return new ToolCallSpan(head.IsClosed || head.Next == text.Length ? ReadMessage(text, head) : null, head.Next, head.IsClosed);
        }

        if (ToolCallForm.At(rest) is not { } form)
        {
            return null;
        }

        var keepsName = form.Open[^1] is '=' or ' ';
        var start = keepsName ? at : at + form.Open.Length;
        var (end, next, isClosed) = FindEnd(text, at + form.Open.Length, form);
        return new ToolCallSpan(ToolCallBody.Read(text.AsSpan(start, end - start), form.IsCode && isClosed), next, isClosed);
    }

    /// <summary>The code of a reply that is nothing but a call in JSON; empty when it is a call that cannot be run, null when it is none.</summary>
    public static IReadOnlyList<string>? ReadWhole(ReadOnlySpan<char> reply)
    {
        var json = reply.Trim();
        return json.Length > 1 && (json[0], json[^1]) is ('{', '}') or ('[', ']') ? ToolCallJson.ReadWhole(json) : null;
    }

    private static (int End, int Next, bool IsClosed) FindEnd(string text, int start, ToolCallForm form)
    {
        if (form.Close is null)
        {
            return (text.Length, text.Length, true);
        }

        var length = text.AsSpan(start).IndexOf(form.Close, StringComparison.OrdinalIgnoreCase);
        return length < 0 ? (text.Length, text.Length, false) : (start + length, start + length + form.Close.Length, true);
    }

    private static IReadOnlyList<string>? ReadMessage(string text, MessageHead head)
    {
        var body = text.AsSpan(head.BodyAt, head.BodyEnd - head.BodyAt).Trim();
        if (body.Length > 0 && body[0] == '{')
        {
            return ToolCallJson.Arguments(head.Recipient, body) is { } code ? [code] : null;
        }

        return ToolCallCode.IsPythonTool(head.Recipient) && body.Length > 0 ? [body.ToString().ReplaceLineEndings("\n")] : null;
    }
}
