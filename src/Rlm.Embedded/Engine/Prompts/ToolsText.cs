using System.Text;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>What the model is told about its tools.</summary>
internal static class ToolsText
{
    /// <summary>A section of the system prompt, with the empty line before it; empty when there are no tools.</summary>
    public static string Render(IReadOnlyList<RlmTool> tools)
    {
        if (tools.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder("\n\n# Tools of this run\nThe REPL has these too. Call functions like any Python function, by position or by keyword; a call that fails raises an exception that says why.");
        foreach (var tool in tools)
        {
            text.Append("\n- `").Append(tool.Signature).Append('`');
            Append(text, tool.Description, "  ");
            foreach (var parameter in tool.Function?.Signature.Parameters ?? [])
            {
                if (!string.IsNullOrWhiteSpace(parameter.Description))
                {
                    text.Append("\n  - `").Append(parameter.Name).Append('`');
                    Append(text, parameter.Description, "    ");
                }
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string description, string indent)
    {
        if (!string.IsNullOrWhiteSpace(description))
        {
            text.Append(": ").Append(description.Trim().ReplaceLineEndings("\n" + indent));
        }
    }
}
