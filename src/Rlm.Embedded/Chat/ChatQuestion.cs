using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Chat;

/// <summary>Parts chat messages into what is asked and what it is asked about (docs/decisions/0033).</summary>
/// <param name="Context">What it is asked about.</param>
/// <param name="Question">What is asked.</param>
internal sealed record ChatQuestion(RlmContext Context, string Question)
{
    private const int QuotedCharacters = 1_500;
    private const int MostCharacters = RecursiveChatClient.QuestionCharacters;

    public static long CharactersOf(IReadOnlyList<ChatMessage> messages)
    {
        long characters = 0;
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                characters += content is TextContent text ? text.Text.Length : content is FunctionResultContent ? ChatText.Of(content).Length : 0;
            }
        }

        return characters;
    }

    /// <summary>Parts messages.</summary>
    /// <exception cref="NotSupportedException">A message holds something that is not text.</exception>
    public static ChatQuestion Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var asking = LastOfUser(messages);
        var question = new StringBuilder();
        var context = new List<(string Role, string Text)>();
        AddInstructions(question, options?.Instructions);
        string? asked = null;
        for (var i = 0; i < messages.Count; i++)
        {
            var text = ChatText.Of(messages[i]);
            if (messages[i].Role == ChatRole.System && text.Length <= MostCharacters)
            {
                AddInstructions(question, text);
            }
            else if (i == asking)
            {
                (asked, var remaining) = Part(messages[i], text);
                Add(context, ChatRole.User.Value, remaining);
            }
            else
            {
                Add(context, messages[i].Role.Value, text);
            }
        }

        question.Append(asked ?? "Continue the conversation in the context: say what the assistant should say next.");
        AddFormat(question, options?.ResponseFormat);
        return new ChatQuestion(ContextOf(context), question.ToString());
    }

    private static int LastOfUser(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.User)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What a message asks, and what of it is context.</summary>
    private static (string Asked, string Remaining) Part(ChatMessage message, string text)
    {
        if (text.Length <= MostCharacters)
        {
            return (text, "");
        }

        if (message.Contents.Count > 1 && message.Contents[^1] is TextContent { Text: { Length: <= MostCharacters } last } && !string.IsNullOrWhiteSpace(last))
        {
            return (last, string.Join("\n\n", message.Contents.SkipLast(1).Select(ChatText.Of)));
        }

        return ($"""
            The user's message is too long to be shown here: it is in the context, as its last part. Do what it asks for. Its instructions may stand anywhere in it, most likely where it begins or ends.
            It begins:
            {text[..QuotedCharacters]}
            [...]
            It ends:
            {text[^QuotedCharacters..]}
            """, text);
    }

    private static void Add(List<(string Role, string Text)> context, string role, string text)
    {
        if (text.Length > 0)
        {
            context.Add((role, text));
        }
    }

    private static RlmContext ContextOf(List<(string Role, string Text)> context) => context.Count == 1
        ? RlmContext.FromText(context[0].Text)
        : new RlmContext.Conversation([.. context.Select(message => new RlmContext.Message(message.Role, message.Text))]);

    private static void AddInstructions(StringBuilder question, string? instructions)
    {
        if (!string.IsNullOrWhiteSpace(instructions))
        {
            question.Append(instructions).Append("\n\n");
        }
    }

    private static void AddFormat(StringBuilder question, ChatResponseFormat? format)
    {
        if (format is ChatResponseFormatJson json)
        {
            question.Append("\n\nThe final answer must be JSON and nothing else");
            question.Append(json.Schema is { ValueKind: not JsonValueKind.Undefined } schema ? $", valid against this JSON schema:\n{schema.GetRawText()}" : ".");
        }
    }
}
