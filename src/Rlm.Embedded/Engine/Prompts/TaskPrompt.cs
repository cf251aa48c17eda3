namespace Rlm.Embedded.Engine.Prompts;

/// <summary>The first user message: the question and what the context is.</summary>
internal static class TaskPrompt
{
    public static string Render(string question, ContextDescription context, int maxTurns, string budget) => PromptTemplate.Render(
        PromptText.Task,
        ("question", question),
        ("context", context.Text),
        ("turns", maxTurns.ToString()),
        ("advice", context.IsEmpty
            ? "Use the REPL where it helps, then answer."
            : "You have not seen any of the context yet: look at it before you answer."))
        + (budget.Length > 0 ? " " + budget : "");
}
