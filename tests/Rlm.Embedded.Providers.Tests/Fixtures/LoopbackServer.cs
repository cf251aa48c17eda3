using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>An HTTP server in this process, on a free loopback port, that does what the test tells it to.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public string BaseUrl => new Uri(Address, "v1").AbsoluteUri;

    public string HostAndPort => $"{Address.Host}:{Address.Port}";

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public ReceivedRequest Last => Requests.Last();

    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, ReceivedRequest, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        var server = new LoopbackServer(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = new ReceivedRequest(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await reader.ReadToEndAsync(context.RequestAborted))
            {
                RawTarget = context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            };
            server.Requests.Enqueue(request);
            await answer(context, request);
        });
        await app.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>A server that gives every request the same answer.</summary>
    public static Task<LoopbackServer> AnsweringAsync(string body, int status = 200, string contentType = "application/json") =>
        StartAsync((context, _) => AnswerAsync(context, body, status, contentType));

    public static async Task AnswerAsync(HttpContext context, string body, int status = 200, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The target as it went over the wire, escapes kept.</summary>
    public string RawTarget { get; init; } = "";
}
