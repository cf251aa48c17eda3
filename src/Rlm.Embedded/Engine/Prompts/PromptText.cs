namespace Rlm.Embedded.Engine.Prompts;

/// <summary>The engine's texts for the model, read from resources when first used.</summary>
internal static class PromptText
{
    private static string? _system;
    private static string? _task;
    private static string? _emptyReply;
    private static string? _noCode;
    private static string? _refusedFinal;
    private static string? _finalNotEvaluated;
    private static string? _lastCall;
    private static string? _limitCall;
    private static string? _replLost;
    private static string? _childQuestion;
    private static string? _compaction;
    private static string? _compacted;
    private static string? _answerForm;
    private static string? _replyForm;
    private static string? _unfitReply;
    private static string? _unfitAnswer;

    public static string System => _system ??= Read("system.md");

    public static string Task => _task ??= Read("task.md");

    public static string EmptyReply => _emptyReply ??= Read("empty-reply.md");

    public static string NoCode => _noCode ??= Read("no-code.md");

    public static string RefusedFinal => _refusedFinal ??= Read("refused-final.md");

    public static string FinalNotEvaluated => _finalNotEvaluated ??= Read("final-not-evaluated.md");

    public static string LastCall => _lastCall ??= Read("last-call.md");

    public static string LimitCall => _limitCall ??= Read("limit-call.md");

    public static string ReplLost => _replLost ??= Read("repl-lost.md");

    public static string ChildQuestion => _childQuestion ??= Read("child-question.md");

    public static string Compaction => _compaction ??= Read("compaction.md");

    public static string Compacted => _compacted ??= Read("compacted.md");

    public static string AnswerForm => _answerForm ??= Read("answer-form.md");

    public static string ReplyForm => _replyForm ??= Read("reply-form.md");

    public static string UnfitReply => _unfitReply ??= Read("unfit-reply.md");

    public static string UnfitAnswer => _unfitAnswer ??= Read("unfit-answer.md");

    private static string Read(string name)
    {
        using var stream = typeof(PromptText).Assembly.GetManifestResourceStream("Prompts." + name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource 'Prompts.{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }
}
