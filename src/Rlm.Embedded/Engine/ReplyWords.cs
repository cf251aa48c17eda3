using System.Text;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>A reply as one text: what the model said, its refusal, and the code that it sent as calls of tools.</summary>
internal static class ReplyWords
{
    public static string Of(ModelReply reply)
    {
        if (reply.Refusal is null && reply.Calls.Count == 0)
        {
            return reply.Text;
        }

        var text = new StringBuilder(reply.Text);
        Add(text, reply.Refusal);
        foreach (var call in reply.Calls)
        {
            Add(text, ToolCallCode.Read(call.Name, call.Arguments) is { } code ? $"```repl\n{code}\n```" : $"[call of a tool: {call.Name}]");
        }

        return text.ToString();
    }

    /// <summary>The words of a refusal; never empty.</summary>
    public static string OfRefusal(ModelReply reply, string visible) =>
        !string.IsNullOrWhiteSpace(visible) ? visible.Trim()
        : reply.End == ReplyEnd.Filtered ? "The provider's content filter withheld the reply."
        : "The model refused to reply.";

    private static void Add(StringBuilder text, string? part)
    {
        if (part is { Length: > 0 })
        {
            text.Append(text.Length == 0 ? "" : "\n\n").Append(part);
        }
    }
}
