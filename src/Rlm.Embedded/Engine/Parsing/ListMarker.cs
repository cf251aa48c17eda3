using System.Buffers;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Parentheses that close nothing: those of lists ("1)", "a)", "iv)") and of smileys.</summary>
internal static class ListMarker
{
    private static readonly SearchValues<char> Roman = SearchValues.Create("ivxIVX");

    /// <summary>The length of a marker that begins a line, its parenthesis included, or 0.</summary>
    public static int LengthAt(ReadOnlySpan<char> line)
    {
        var lead = line.IndexOfAnyExcept(" \t-*");
        if (lead < 0)
        {
            return 0;
        }

        var rest = line[lead..];
        var close = rest.IndexOf(')');
        return close is >= 1 and <= 4 && IsLabel(rest[..close]) && close + 1 < rest.Length && rest[close + 1] is ' ' or '\t'
            ? lead + close + 1
            : 0;
    }

    /// <summary>Whether the parenthesis at a position is the mouth of a smiley.</summary>
    public static bool IsSmiley(string text, int at)
    {
        var eyes = at - 1;
        eyes -= eyes >= 0 && text[eyes] == '-' ? 1 : 0;
        return eyes >= 1 && text[eyes] is ':' or ';' && (char.IsWhiteSpace(text[eyes - 1]) || text[eyes - 1] is '\'' or '"');
    }

    private static bool IsLabel(ReadOnlySpan<char> label) =>
        label.IndexOfAnyExceptInRange('0', '9') < 0
        || (label.Length == 1 && char.IsAsciiLetter(label[0]))
        || label.IndexOfAnyExcept(Roman) < 0;
}
