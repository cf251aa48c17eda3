using System.Text;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Decides whether a context is short enough to be sent whole.</summary>
internal static class DirectText
{
    private const int MostBytesACharacter = 4;

    /// <summary>The context as one text when it has fewer characters than the threshold, else null. A file that is too long is not read.</summary>
    /// <exception cref="RlmContextException">The file cannot be read.</exception>
    public static async ValueTask<string?> ReadAsync(RlmContext context, int threshold)
    {
        if (threshold <= 0)
        {
            return null;
        }

        var text = context switch
        {
            RlmContext.Text { Value.Length: var length } one when length < threshold => one.Value,
            RlmContext.Json { Value.Length: var length } json when length < threshold => json.Value,
            RlmContext.TextList list when list.Values.Sum(value => (long)value.Length) < threshold => string.Join("\n\n", list.Values),
            RlmContext.TextFile file when Length(file) < (long)threshold * MostBytesACharacter => await ReadFileAsync(file).ConfigureAwait(false),
            RlmContext.TextBytes bytes when bytes.Value.Length < (long)threshold * MostBytesACharacter => Decode(bytes.Value.Span, bytes.Name, "FILE"),
            _ => null,
        };
        return text?.Length < threshold ? text : null;
    }

    /// <summary>The context as one text, of any length, for a run that has no REPL.</summary>
    /// <exception cref="RlmContextException">It is several files, or the file cannot be read.</exception>
    public static async ValueTask<string> ReadWholeAsync(RlmContext context) => context switch
    {
        RlmContext.Text text => text.Value,
        RlmContext.Json json => json.Value,
        RlmContext.TextList list => string.Join("\n\n", list.Values),
        RlmContext.Conversation talk => string.Join("\n\n", talk.Messages.Select(message => $"{message.Role}: {message.Content}")),
        RlmContext.TextFile file => await ReadFileAsync(file).ConfigureAwait(false),
        RlmContext.TextBytes bytes => Decode(bytes.Value.Span, bytes.Name, "FILE"),
        _ => throw new RlmContextException("RlmOptions.MaxDepth is 0: there is no REPL, and the context goes to the model as one text, which several files are not. Join them into one, or set MaxDepth to 1."),
    };

    private static long Length(RlmContext.TextFile file) => new FileInfo(file.Path) is { Exists: true, Length: > 0 and var length } ? length : long.MaxValue;

    private static async Task<string> ReadFileAsync(RlmContext.TextFile file)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(file.Path).ConfigureAwait(false);
            return Decode(bytes, $"the file '{file.Path}'", file.Path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new RlmContextException($"'{file.Path}' cannot be read: {cause.Message}", cause);
        }
    }

    /// <summary>The text as a session would have it: a mark says the encoding, and is not part of it.</summary>
    private static string Decode(ReadOnlySpan<byte> bytes, string subject, string path)
    {
        FileSignature.Refuse(bytes, subject, path);
        var encoding = UnicodeMark.UnitBytes(bytes) switch
        {
            4 => new UTF32Encoding(bigEndian: bytes[0] == 0, byteOrderMark: true),
            2 => new UnicodeEncoding(bigEndian: bytes[0] == 0xFE, byteOrderMark: true),
            _ => Encoding.UTF8,
        };
        return encoding.GetString(bytes.StartsWith(encoding.Preamble) ? bytes[encoding.Preamble.Length..] : bytes);
    }
}
