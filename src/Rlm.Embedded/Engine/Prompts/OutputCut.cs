using System.Text;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>Shows head and tail of a long output. Sessions cut theirs; this holds for environments that do not.</summary>
internal static class OutputCut
{
    private const int MarkCharacters = 200; // a session's own mark in the middle does not make it too long

    public static void Append(StringBuilder target, string text, int limit)
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

        target.Append(text, 0, head);
        target.Append("\n... (").Append(text.Length - head - tail).Append(" characters left out) ...\n");
        target.Append(text, text.Length - tail, tail);
    }
}
