using System.Security.Cryptography;
using System.Text;

namespace Rlm.Embedded.Trajectories;

/// <summary>Names a context by what is in it.</summary>
internal static class ContextHash
{
    private const int Characters = 64 * 1024;

    /// <summary>The hash, or null for a kind that has none or a file that cannot be read: the run itself says why.</summary>
    public static string? Of(RlmContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        switch (context)
        {
            case RlmContext.Text text:
                Add(hash, text.Value);
                break;
            case RlmContext.Json json:
                Add(hash, json.Value);
                break;
            case RlmContext.TextList list:
                foreach (var text in list.Values)
                {
                    Add(hash, text);
                    hash.AppendData([0]);
                }

                break;
            case RlmContext.TextBytes bytes:
                hash.AppendData(bytes.Value.Span);
                break;
            case RlmContext.TextFile file when TryOpen(file.Path) is { } stream:
                using (stream)
                {
                    return Convert.ToHexStringLower(SHA256.HashData(stream));
                }

            default:
                return null;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var encoder = Encoding.UTF8.GetEncoder(); // keeps a pair together that a piece's end would part
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(Math.Min(text.Length, Characters))];
        for (var start = 0; start < text.Length; start += Characters)
        {
            var piece = text.AsSpan(start, Math.Min(Characters, text.Length - start));
            hash.AppendData(bytes, 0, encoder.GetBytes(piece, bytes, flush: start + piece.Length == text.Length));
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileInfo(path).Length > 0 ? File.OpenRead(path) : null; // a pipe can be read once
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
