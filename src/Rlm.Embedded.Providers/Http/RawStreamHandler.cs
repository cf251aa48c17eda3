using System.ClientModel.Primitives;
using System.Net.Http.Headers;

namespace Rlm.Embedded.Providers;

/// <summary>
/// Keeps the SDK from reading event streams itself: it drops an event without an empty line behind it, cannot read a compressed
/// stream, and sends a request again when a stream breaks off. It knows them by their content type, which is another here.
/// </summary>
internal sealed class RawStreamHandler : DelegatingHandler
{
    private const string Alias = "application/vnd.raw-event-stream";

    private const string EventStream = "text/event-stream";

    private RawStreamHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    /// <summary>For all who bring no client of their own: no redirects, which would carry the key elsewhere.</summary>
    public static PipelineTransport Default { get; } = Over(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    /// <summary>A transport over a handler.</summary>
    public static PipelineTransport Over(HttpMessageHandler inner) =>
        new HttpClientPipelineTransport(new HttpClient(new RawStreamHandler(inner)) { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>The content type as the server stated it.</summary>
    public static string? ContentType(PipelineResponse response) =>
        response.Headers.TryGetValue("Content-Type", out string? type) ? type?.Replace(Alias, EventStream, StringComparison.Ordinal) : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (string.Equals(response.Content.Headers.ContentType?.MediaType, EventStream, StringComparison.OrdinalIgnoreCase))
        {
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(Alias);
        }

        return response;
    }
}
