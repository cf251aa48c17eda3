using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>What model code reads when a sub-call fails, behind <c>Error: </c>.</summary>
internal static class SubCallText
{
    private const int MaxCharacters = 2_000;

    public static string UnknownModel(string? name, IReadOnlyCollection<string> names) =>
        $"there is no model named '{name}'. Models: {string.Join(", ", names)}. Leave the model out to use the default.";

    /// <summary>Behind a reply that met the limit of output tokens: it was paid for and is kept, but must not look whole.</summary>
    public const string CutMark = "\n[The reply was cut off here: it met the model's limit of output tokens.]";

    public static string OnlyReasoning(string model) => $"the reply of '{model}' held only reasoning, and no answer behind it. It may have been cut off: ask for less, or for a shorter answer.";

    public static string EmptyReply(string model, ModelReply reply) => reply.End == ReplyEnd.Cut
        ? $"the model '{model}' used all of its output tokens for reasoning and wrote nothing. Ask for less at once."
        : reply.Calls.Count > 0 ? $"the model '{model}' called the tool '{reply.Calls[0].Name}' instead of answering; sub-calls have no tools."
        : $"the model '{model}' gave an empty reply.";

    public static string NotAnswered(string model, ModelReply reply) => reply.End == ReplyEnd.Filtered
        ? Short($"the provider's content filter withheld the reply of '{model}'. {reply.Text}".TrimEnd())
        : Short($"the model '{model}' refused: {ReplyWords.OfRefusal(reply, ReplyWords.Of(reply))}");

    public static string NoAnswer(RlmResult child) => child.StopReason == StopReason.Refused
        ? Short($"the child run was refused: {child.Text}")
        : $"the child run gave no answer ({child.LimitNote ?? child.StopReason.ToString()}).";

    public static string Refused(LimitReached refused) => $"no call was made: {refused.What}. {refused.Advice}";

    public static string Unfit(string model, int times, string mismatch) => $"the reply of '{model}' does not fit the schema, asked {times} times: {mismatch}.";

    public static string UnfitChild(string mismatch) => $"the child's answer does not fit the schema: {mismatch}.";

    public static string CallFailed(string model, Exception cause)
    {
        var message = cause is OperationCanceledException ? "it timed out" : cause.Message;
        return $"the call to '{model}' failed: {Short(message)}";
    }

    private static string Short(string message) => message.Length > MaxCharacters ? message[..MaxCharacters] + "..." : message;
}
