namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Python's names.</summary>
internal static class PythonName
{
    public static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c != '_' && !char.IsLetterOrDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
