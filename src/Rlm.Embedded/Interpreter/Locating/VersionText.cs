using System.Diagnostics.CodeAnalysis;

namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>Reads versions out of folder names, settings and headers.</summary>
internal static class VersionText
{
    /// <summary>Reads <c>3.12</c> or <c>3.12.1</c> at the start of a text, whatever follows (<c>3.14.0rc2</c>, <c>3.11.2.final.0</c>).</summary>
    public static bool TryReadStart(ReadOnlySpan<char> text, [NotNullWhen(true)] out Version? version)
    {
        version = null;
        if (!TryTakeNumber(ref text, out int major) || !TryTakeDot(ref text) || !TryTakeNumber(ref text, out int minor))
        {
            return false;
        }

        version = TryTakeDot(ref text) && TryTakeNumber(ref text, out int patch)
            ? new Version(major, minor, patch)
            : new Version(major, minor);
        return true;
    }

    /// <summary>The first version anywhere in a name such as <c>cpython-3.12.3-linux-x86_64-gnu</c>; null when there is none.</summary>
    public static Version? FindIn(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiDigit(name[i]) && (i == 0 || !char.IsAsciiDigit(name[i - 1])) && TryReadStart(name[i..], out Version? version))
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>Whether two versions have the same major and minor.</summary>
    public static bool SameMinor(Version a, Version b) => a.Major == b.Major && a.Minor == b.Minor;

    private static bool TryTakeDot(ref ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '.')
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, out int number)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        bool read = int.TryParse(text[..digits], out number);
        text = text[digits..];
        return read;
    }
}
