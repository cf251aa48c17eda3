using System.Text;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>Shows head and tail of a long output. Sessions cut theirs; this holds for environments that do not.</summary>
internal static class OutputCut
{
    private const int MarkCharacters = 200; // a session's own mark in the middle does not make it too long

    /// <summary>Appends a text, cut where it is long.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="text">The text.</param>
    /// <param name="limit">Characters kept of it.</param>
    /// <param name="remedy">How to see the rest; null for a slice of what was printed.</param>
    public static void Append(StringBuilder target, string text, int limit, string? remedy = null)
    {
        if (text.Length <= limit + MarkCharacters)
        {
            target.Append(text);
            return;
        }

        var head = limit / 2;
        var tail = limit - head;
        if (head > 0 && char.IsHighSurrogate(text[head - 1]))
        {
            head--;
        }

        if (char.IsLowSurrogate(text[text.Length - tail]))
        {
            tail--;
        }

        var dropped = text.Length - head - tail;
        target.Append(text, 0, head);
        target.Append(remedy is null ? OutputMark.Of(dropped, head, limit) : OutputMark.With(dropped, remedy));
        target.Append(text, text.Length - tail, tail);
    }
}
