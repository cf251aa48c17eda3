namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Tags that models put around code they want run.</summary>
internal static class CodeTag
{
    private static readonly string[] Names = ["execute", "execute_python", "execute_ipython", "python", "repl", "ipython", "tool_code", "code_interpreter", "code"];

    /// <summary>The name of the tag that opens at a position, or null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the tag is to open.</param>
    /// <param name="end">The position behind it.</param>
    public static string? TryRead(string text, int at, out int end)
    {
        end = at;
        if (at >= text.Length || text[at] != '<')
        {
            return null;
        }

        foreach (var name in Names)
        {
            end = at + name.Length + 2;
            if (end <= text.Length && text[end - 1] == '>' && text.AsSpan(at + 1).StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Whether other things than Python stand in the tag as well.</summary>
    public static bool IsVague(string name) => name == "code";
}
