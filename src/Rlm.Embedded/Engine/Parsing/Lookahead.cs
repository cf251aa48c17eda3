namespace Rlm.Embedded.Engine.Parsing;

/// <summary>
/// How far a reader may look ahead for a better end and then not take it: a few times the text, all in all. A text that
/// makes it look further is hostile; from there on the first end that is found is taken.
/// </summary>
internal sealed class Lookahead(int length)
{
    private const int Times = 8;
    private long _left = (long)Times * length;

    /// <summary>Whether nothing is left.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Counts what was read and will be read again.</summary>
    public void Spend(int from, int to) => _left -= Math.Max(0, to - from);
}
