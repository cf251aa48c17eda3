using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Each way a server can go wrong, asked plainly and as a stream: one typed exception with model, host, reason, remedy, no key.</summary>
[TestFixture(ModelApi.ChatCompletions, false)]
[TestFixture(ModelApi.ChatCompletions, true)]
[TestFixture(ModelApi.Responses, false)]
[TestFixture(ModelApi.Responses, true)]
public sealed class MisbehavingServerTests(ModelApi api, bool streaming)
{
    [TestCase(400, ModelCallFailure.InvalidRequest)]
    [TestCase(401, ModelCallFailure.Unauthorized)]
    [TestCase(403, ModelCallFailure.Unauthorized)]
    [TestCase(404, ModelCallFailure.NotFound)]
    [TestCase(408, ModelCallFailure.ServerError)]
    [TestCase(429, ModelCallFailure.RateLimited)]
    [TestCase(500, ModelCallFailure.ServerError)]
    [TestCase(503, ModelCallFailure.ServerError)]
    public async Task Call_ErrorStatus_TellsStatusAndServersWords(int status, ModelCallFailure failure)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(
            $$$"""{"error":{"message":"it says {{{Clients.Key}}} is no good","type":"x"}}""", status);

        ModelCallException exception = await FailAsync(server);

        exception.Failure.ShouldBe(failure, exception.ToString());
        exception.StatusCode.ShouldBe(status);
        exception.Message.ShouldContain($"HTTP {status}: it says [key] is no good");
    }

    [TestCase("{\"message\":\"plain words\"}", "plain words")]
    [TestCase("{\"error\":\"just text\"}", "just text")]
    [TestCase("{\"detail\":\"fast words\"}", "fast words")]
    [TestCase("[{\"error\":{\"message\":\"in a list\"}}]", "in a list")]
    [TestCase("<html>  Bad\n gateway</html>", "<html> Bad gateway</html>")]
    [TestCase("", "(no message)")]
    public async Task Call_ErrorBodyOfAnyShape_FindsTheWords(string body, string words)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(body, 502);

        (await FailAsync(server)).Message.ShouldContain($"HTTP 502: {words}");
    }

    [Test]
    public async Task Call_TooManyRequests_TellsHowLongToWait()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "7";
            return LoopbackServer.AnswerAsync(context, "{}", 429);
        });

        (await FailAsync(server)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [TestCase("", "application/json")]
    [TestCase("null", "application/json")]
    [TestCase("[]", "application/json")]
    [TestCase("{}", "application/json")]
    [TestCase("42", "application/json")]
    [TestCase("{\"choices\":[]}", "application/json")]
    [TestCase("{\"choices\":{}}", "application/json")]
    [TestCase("{\"choices\":[{\"message\":\"hello\"}]}", "application/json")]
    [TestCase("{\"choices\":[null]}", "application/json")]
    [TestCase("{\"object\":\"list\",\"data\":[]}", "application/json")]
    [TestCase("<html>hello</html>", "text/html")]
    [TestCase("\u0000\u0001binary", "application/octet-stream")]
    public async Task Call_Garbage_IsBadAnswer(string body, string contentType)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(body, 200, contentType);

        ModelCallException exception = await FailAsync(server);

        exception.Failure.ShouldBe(ModelCallFailure.BadAnswer);
        exception.Message.ShouldContain("/v1");
    }

    [Test]
    public async Task Call_ErrorObjectWithStatus200_IsThatError()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync("""{"error":{"message":"slow down","code":429}}""");

        ModelCallException exception = await FailAsync(server);

        exception.Failure.ShouldBe(ModelCallFailure.RateLimited);
        exception.Message.ShouldContain("slow down");
    }

    [Test]
    public async Task Call_NobodyListens_IsUnreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        ModelCallException exception = await FailAsync($"http://127.0.0.1:{port}/v1");

        exception.Failure.ShouldBe(ModelCallFailure.Unreachable);
        exception.Endpoint.ShouldBe($"127.0.0.1:{port}");
    }

    [Test]
    public async Task Call_UnknownHost_IsUnreachable() =>
        (await FailAsync("http://no-such-host.invalid/v1")).Failure.ShouldBe(ModelCallFailure.Unreachable);

    [Test]
    public async Task Call_NoAnswer_TimesOut()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => HangAsync(context));

        ModelCallException exception = await FailAsync(server.BaseUrl, TimeSpan.FromMilliseconds(300));

        exception.Failure.ShouldBe(ModelCallFailure.Timeout);
        exception.Message.ShouldContain("no answer within 0.3 s");
    }

    [Test]
    public async Task Call_AnswerThatStalls_TimesOut()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            await LoopbackServer.AnswerAsync(context, Beginning, 200, ContentType);
            await HangAsync(context);
        });

        (await FailAsync(server.BaseUrl, TimeSpan.FromMilliseconds(300))).Failure.ShouldBe(ModelCallFailure.Timeout);
    }

    [Test]
    public async Task Call_ConnectionDropsInTheAnswer_IsBroken()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            await LoopbackServer.AnswerAsync(context, Beginning, 200, ContentType);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });

        (await FailAsync(server)).Failure.ShouldBe(ModelCallFailure.BrokenAnswer);
    }

    [Test]
    public async Task Call_ConnectionDropsBeforeTheAnswer_IsTransient()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        (await FailAsync(server)).IsTransient.ShouldBeTrue();
    }

    [Test]
    public async Task Call_CancelledWhileServerHangs_EndsAtOnce()
    {
        var arrived = new TaskCompletionSource();
        await using LoopbackServer server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            arrived.SetResult();
            await HangAsync(context);
        });
        using IChatClient client = Clients.Of(server.BaseUrl, api: api);
        using var cancel = new CancellationTokenSource();

        Task<ChatResponse> call = CallAsync(client, cancel.Token);
        await arrived.Task;
        long start = Stopwatch.GetTimestamp();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Test]
    public async Task Call_ServerRecovers_IsSentAgain()
    {
        int calls = 0;
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) =>
            Interlocked.Increment(ref calls) == 1
                ? LoopbackServer.AnswerAsync(context, "{}", 500)
                : LoopbackServer.AnswerAsync(context, Wire.Text("there you are", api)));
        using IChatClient client = Clients.Catalog().Create("m", new ModelOptions { BaseUrl = server.BaseUrl, MaxRetries = 1, Api = api });

        (await CallAsync(client, default)).Text.ShouldBe("there you are");
        calls.ShouldBe(2);
    }

    private string Beginning => (streaming, api) switch
    {
        (false, _) => "{\"id\":\"c1\",\"choi",
        (true, ModelApi.Responses) => """data: {"type":"response.output_text.delta","delta":"half an ans"}""" + "\n\n",
        _ => Wire.Chunk("""{"content":"half an ans"}"""),
    };

    private string ContentType => streaming ? Wire.EventStream : "application/json";

    private static async Task HangAsync(HttpContext context)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var aborted = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }

    private Task<ModelCallException> FailAsync(LoopbackServer server) => FailAsync(server.BaseUrl);

    private async Task<ModelCallException> FailAsync(string baseUrl, TimeSpan? timeout = null)
    {
        using IChatClient client = Clients.Of(baseUrl, timeout, api: api);

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => CallAsync(client, default));

        var uri = new Uri(baseUrl);
        exception.Message.ShouldStartWith($"openai/test-model at {uri.Host}:{uri.Port}: ");
        exception.Model.ShouldBe("openai/test-model");
        exception.ToString().ShouldNotContain(Clients.Key);
        return exception;
    }

    private Task<ChatResponse> CallAsync(IChatClient client, CancellationToken cancellationToken) =>
        streaming ? Clients.StreamedAsync(client, "hi", cancellationToken) : client.GetResponseAsync("hi", cancellationToken: cancellationToken);
}
