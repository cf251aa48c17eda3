namespace Rlm.Embedded.Providers;

/// <summary>An HTTP request as Signature Version 4 sees it.</summary>
/// <param name="Method">GET, POST.</param>
/// <param name="Path">The path as it goes over the wire.</param>
/// <param name="Query">The query as it goes over the wire, without the question mark.</param>
/// <param name="Headers">The headers to sign, <c>host</c> and <c>x-amz-date</c> among them.</param>
/// <param name="Body">The body.</param>
internal sealed record AwsRequest(
    string Method, string Path, string Query, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>False for services that sign the path as it is (S3).</summary>
    public bool NormalizePath { get; init; } = true;
}
