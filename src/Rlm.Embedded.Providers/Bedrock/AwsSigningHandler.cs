using System.Globalization;

namespace Rlm.Embedded.Providers;

/// <summary>Signs each request with AWS Signature Version 4.</summary>
internal sealed class AwsSigningHandler(AwsIdentity identity, string region, string service, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        AwsKeys keys = await identity.KeysAsync(cancellationToken).ConfigureAwait(false);
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        string date = time.GetUtcNow().ToString(AwsSignatureV4.DateFormat, CultureInfo.InvariantCulture);
        Set(request, "x-amz-date", date);
        List<KeyValuePair<string, string>> headers = [new("host", uri.IsDefaultPort ? uri.Host : uri.Authority), new("x-amz-date", date)];
        if (keys.SessionToken is { } token)
        {
            Set(request, "x-amz-security-token", token);
            headers.Add(new("x-amz-security-token", token));
        }

        var signed = new AwsRequest(request.Method.Method, uri.AbsolutePath, uri.Query.TrimStart('?'), headers, body);
        Set(request, "Authorization", AwsSignatureV4.Authorization(signed, keys, region, service));
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
