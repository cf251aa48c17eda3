using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Providers;

/// <summary>
/// AWS Signature Version 4 in a header. AWSSDK.Core has a signer too, but it signs only that SDK's own request objects.
/// Source: AWS documentation, "Create a signed AWS API request".
/// </summary>
internal static partial class AwsSignatureV4
{
    public const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The value of the Authorization header.</summary>
    /// <param name="request">The request; its <c>x-amz-date</c> header is the time.</param>
    /// <param name="keys">Who signs.</param>
    /// <param name="region">For example <c>us-east-1</c>.</param>
    /// <param name="service">For example <c>bedrock</c>.</param>
    public static string Authorization(AwsRequest request, AwsKeys keys, string region, string service)
    {
        (string canonical, string signedHeaders) = Canonical(request);
        string date = request.Headers.First(h => string.Equals(h.Key, "x-amz-date", StringComparison.OrdinalIgnoreCase)).Value;
        string scope = $"{date[..8]}/{region}/{service}/aws4_request";
        string signature = Convert.ToHexStringLower(Hmac(SigningKey(keys, date[..8], region, service), StringToSign(canonical, date, scope)));
        return $"{Algorithm} Credential={keys.AccessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}";
    }

    /// <summary>The request in the one form both sides hash, and the names of its signed headers.</summary>
    internal static (string Text, string SignedHeaders) Canonical(AwsRequest request)
    {
        (string Name, string Value)[] headers = [.. request.Headers
            .GroupBy(h => h.Key.ToLowerInvariant())
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, string.Join(',', g.Select(h => Spaces().Replace(h.Value.Trim(), " ")))))];
        string signedHeaders = string.Join(';', headers.Select(h => h.Name));
        string text = string.Join(
            '\n',
            request.Method,
            CanonicalPath(request),
            CanonicalQuery(request.Query),
            string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\n")),
            signedHeaders,
            Convert.ToHexStringLower(SHA256.HashData(request.Body.Span)));
        return (text, signedHeaders);
    }

    internal static string StringToSign(string canonical, string date, string scope) =>
        string.Join('\n', Algorithm, date, scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));

    private static byte[] SigningKey(AwsKeys keys, string day, string region, string service)
    {
        byte[] key = Hmac(Encoding.UTF8.GetBytes("AWS4" + keys.SecretAccessKey), day);
        key = Hmac(key, region);
        key = Hmac(key, service);
        return Hmac(key, "aws4_request");
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string CanonicalPath(AwsRequest request)
    {
        string path = request.NormalizePath ? WithoutDots(request.Path) : request.Path;
        return path.Length == 0 ? "/" : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
    }

    /// <summary>RFC 3986, 5.2.4, and empty segments removed.</summary>
    private static string WithoutDots(string path)
    {
        var kept = new List<string>();
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                if (kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }
            }
            else if (segment != ".")
            {
                kept.Add(segment);
            }
        }

        bool folder = path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);
        return kept.Count == 0 ? "/" : $"/{string.Join('/', kept)}{(folder ? "/" : "")}";
    }

    private static string CanonicalQuery(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2))
        .Select(p => (Name: Encoded(p[0]), Value: p.Length > 1 ? Encoded(p[1]) : ""))
        .OrderBy(p => p.Name, StringComparer.Ordinal)
        .ThenBy(p => p.Value, StringComparer.Ordinal)
        .Select(p => $"{p.Name}={p.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
