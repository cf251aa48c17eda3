using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>
/// Makes whole characters of pieces: a high surrogate at the end of one waits for its other half in the next. One that stays alone
/// becomes U+FFFD. For one stream.
/// </summary>
internal sealed class CharacterJoiner
{
    private char? _high;

    /// <summary>The text that is whole with this piece.</summary>
    public string Next(string piece)
    {
        if (_high is { } high && piece.Length > 0)
        {
            piece = high + piece;
            _high = null;
        }

        if (piece.Length > 0 && char.IsHighSurrogate(piece[^1]))
        {
            _high = piece[^1];
            piece = piece[..^1];
        }

        return LooseJson.WellFormed(piece);
    }

    /// <summary>What is left at the end.</summary>
    public string Rest() => _high is null ? "" : "\uFFFD";

    /// <summary>Makes an answer's texts whole, those of a stream together.</summary>
    public static void Join(IList<AIContent> contents, CharacterJoiner text, CharacterJoiner reasoning)
    {
        foreach (AIContent content in contents)
        {
            if (content is TextContent said)
            {
                said.Text = text.Next(said.Text);
            }
            else if (content is TextReasoningContent thought)
            {
                thought.Text = reasoning.Next(thought.Text);
            }
        }
    }
}
