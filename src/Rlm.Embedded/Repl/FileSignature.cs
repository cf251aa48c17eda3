namespace Rlm.Embedded.Repl;

/// <summary>Files that are no text although people give them as one, told by their first bytes, with what makes text of them.</summary>
internal static class FileSignature
{
    /// <summary>How many bytes <see cref="Find"/> looks at.</summary>
    public const int Length = 16;

    private const string Describe = "an image is no text; have it read or described first";

    private static readonly (byte[] Begin, string Kind, string Hint)[] s_known =
    [
        ([.. "%PDF-"u8], "a PDF", "make text of it: `pdftotext FILE out.txt`"),
        ([0x1F, 0x8B], "gzip", "unpack it first: `gunzip -c FILE > out.txt`"),
        ([(byte)'P', (byte)'K', 3, 4], "a zip archive, which docx, xlsx, pptx, epub and jar files are too", "unpack it first, or make text of it: `pandoc -t plain -o out.txt FILE`"),
        ([.. "BZh"u8], "bzip2", "unpack it first: `bunzip2 -c FILE > out.txt`"),
        ([0xFD, .. "7zXZ"u8, 0], "xz", "unpack it first: `xz -dc FILE > out.txt`"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "unpack it first: `zstd -dc FILE > out.txt`"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", "unpack it first: `7z x FILE`"),
        ([.. "Rar!"u8, 0x1A, 7], "a RAR archive", "unpack it first: `unrar x FILE`"),
        ([0x89, .. "PNG\r\n"u8], "a PNG image", Describe),
        ([0xFF, 0xD8, 0xFF], "a JPEG image", Describe),
        ([.. "GIF8"u8], "a GIF image", Describe),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "an old Office file", "make text of it: `soffice --headless --convert-to txt FILE`"),
        ([.. "SQLite format 3\0"u8], "an SQLite database", "dump it first: `sqlite3 FILE .dump > out.txt`"),
        ([.. "PAR1"u8], "a Parquet file", "export it as CSV first"),
        ([0x7F, .. "ELF"u8], "a program", "name a text file"),
    ];

    /// <summary>Refuses what is no text; the command in the words can be run as it stands.</summary>
    /// <param name="begin">Its first bytes.</param>
    /// <param name="subject">What the words call it.</param>
    /// <param name="path">The file that the command is to name.</param>
    /// <exception cref="RlmContextException">It is no text.</exception>
    public static void Refuse(ReadOnlySpan<byte> begin, string subject, string path)
    {
        if (Find(begin) is { } found)
        {
            throw new RlmContextException($"{char.ToUpperInvariant(subject[0])}{subject[1..]} is {found.Kind}, not text: {found.Hint.Replace("FILE", Quoted(path), StringComparison.Ordinal)}");
        }
    }

    /// <summary>A path as a shell reads it whole. One that begins with a dash is no flag.</summary>
    private static string Quoted(string path)
    {
        var safe = path.StartsWith('-') ? "./" + path : path;
        return safe.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,:@%".Contains(c, StringComparison.Ordinal)) ? safe : $"'{safe.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    /// <summary>What a file is and what to do with it, or null when it may be text.</summary>
    public static (string Kind, string Hint)? Find(ReadOnlySpan<byte> begin)
    {
        foreach ((byte[] known, string kind, string hint) in s_known)
        {
            // "BZh" and the like may begin a text; the byte behind it then is no digit.
            if (begin.StartsWith(known) && (kind != "bzip2" || (begin.Length > 3 && begin[3] is >= (byte)'1' and <= (byte)'9')))
            {
                return (kind, hint);
            }
        }

        return begin.Length >= 12 && begin.StartsWith("RIFF"u8) && begin[8..].StartsWith("WEBP"u8) ? ("a WebP image", Describe) : null;
    }
}
