using System.IO.Compression;
using System.Text;

namespace Rlm.Embedded.Providers;

/// <summary>
/// The body of an answer, told apart by what it is and not by what was asked for or how it is labelled: events, or one piece.
/// </summary>
/// <param name="Events">The body when it is a stream of events, to be read on; else null.</param>
/// <param name="Text">The whole body when it is in one piece; else null.</param>
internal readonly record struct ServerBody(Stream? Events, string? Text)
{
    private static readonly string[] s_fields = ["data", "event", "id", "retry"];

    /// <summary>Looks at the beginning of a body.</summary>
    /// <param name="body">The bytes as they came.</param>
    /// <param name="type">The <c>Content-Type</c>, which decides for an empty body only.</param>
    /// <param name="encoding">The <c>Content-Encoding</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async ValueTask<ServerBody> OpenAsync(Stream body, string? type, string? encoding, CancellationToken cancellationToken)
    {
        var plain = new PeekedStream(Inflated(body, encoding));
        string begin = "";
        while (!IsClear(begin) && await plain.PeekAsync(cancellationToken).ConfigureAwait(false) > 0)
        {
            begin = Significant(plain.Peeked);
        }

        if (IsEvents(begin) || (begin.Length == 0 && IsEventStream(type)))
        {
            return new ServerBody(plain, null);
        }

        byte[] bytes = await plain.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');

        // JSON lines without a field name, one event each.
        bool isLines = begin[..Math.Min(1, begin.Length)] is "{" && !LooseJson.TryParse(text, out _)
            && LooseJson.TryParse(text.TrimStart().Split('\n', 2)[0], out _);
        return isLines ? new ServerBody(new MemoryStream(bytes), null) : new ServerBody(null, text);
    }

    public static Stream Inflated(Stream body, string? encoding) => encoding?.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        _ => body,
    };

    private static bool IsEventStream(string? type) => type?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    private static string Significant(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').TrimStart();

    private static bool IsClear(string begin) => begin.Length > 0 && (begin[0] is ':' or '{' or '[' or '<' || begin.Length >= 6);

    private static bool IsEvents(string begin) => begin.StartsWith(':') || s_fields.Any(field => begin.StartsWith(field + ":", StringComparison.Ordinal));
}
