using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Guesses tokens where nobody has counted them.</summary>
internal static class TokenEstimate
{
    /// <summary>What a reply is expected to take, reasoning included, when its length is not limited and none was longer yet.</summary>
    public const int Output = 4_096;

    /// <summary>Characters that fit into a token for sure, as far as languages written in letters go.</summary>
    public const int SafeCharactersPerToken = 3;

    private const int CharactersPerToken = 4;
    private const int PerMessage = 4;
    private const int PerAttachment = 1_500;

    public static long OfText(long characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    public static long Of(IReadOnlyList<ChatMessage> messages)
    {
        long characters = 0;
        long others = 0;
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is TextContent text)
                {
                    characters += text.Text.Length;
                }
                else
                {
                    others += PerAttachment;
                }
            }
        }

        return OfText(characters) + (messages.Count * PerMessage) + others;
    }
}
