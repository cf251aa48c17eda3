using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers;

/// <summary>For SDKs that bring their own pipeline: adds fields to request bodies, and throws error answers as typed exceptions.</summary>
internal sealed class ModelCallHandler(ModelEndpoint endpoint, IReadOnlyDictionary<string, object?> bodyFields) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await AddFieldsAsync(request, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw endpoint.FromStatus((int)response.StatusCode, body, RetryAfterHeader.Read(name => Header(response.Headers, name)));
        }
    }

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    private async Task AddFieldsAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (bodyFields.Count == 0 || request.Content is null)
        {
            return;
        }

        string text = await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (JsonNode.Parse(text) is not JsonObject body)
        {
            return;
        }

        foreach ((string name, object? value) in bodyFields)
        {
            body[name] = BodyFields.ToNode(value);
        }

        MediaTypeHeaderValue? type = request.Content.Headers.ContentType;
        request.Content = new StringContent(body.ToJsonString());
        request.Content.Headers.ContentType = type;
    }
}
