namespace Rlm.Embedded.Repl;

/// <summary>The byte order marks that text in a file may begin with. Without one, UTF-16 and UTF-32 are not told from binary data.</summary>
internal static class UnicodeMark
{
    /// <summary>How many bytes a unit of the encoding has: 4 or 2, or 0 when there is no such mark.</summary>
    public static int UnitBytes(ReadOnlySpan<byte> begin) =>
        begin.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) || begin.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]) ? 4
        : begin.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || begin.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? 2
        : 0;

    /// <summary>How many bytes the mark of UTF-8 takes: 3, or 0 when there is none.</summary>
    public static int Utf8Bytes(ReadOnlySpan<byte> begin) => begin.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
}
