using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests.Fixtures;

/// <summary>An OpenAI-compatible server on the loopback address whose answers a test makes up.</summary>
internal sealed class FakeModelServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();

    private FakeModelServer(int port, Func<int, (int Status, string? Body)> answer)
    {
        Url = $"http://127.0.0.1:{port}/v1";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync(answer);
    }

    public string Url { get; }

    /// <summary>What it was sent: the header with the key, and the body.</summary>
    public ConcurrentQueue<(string? Authorization, string Body)> Requests { get; } = new();

    /// <summary>Done when the first request has come.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Starts one. It never answers a request whose body is null.</summary>
    public static FakeModelServer Start(Func<int, (int Status, string? Body)> answer) => new(FreePort(), answer);

    /// <summary>Starts one that says these texts, the last again and again.</summary>
    public static FakeModelServer Saying(params string[] texts) =>
        Start(call => (200, Completion(JsonSerializer.Serialize(texts[Math.Min(call, texts.Length - 1)]))));

    /// <summary>The body of an answer.</summary>
    /// <param name="content">The content, as JSON.</param>
    public static string Completion(string content) =>
        $$$"""{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":{{{content}}}}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    public static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Close();
        _end.Dispose();
    }

    private async Task ServeAsync(Func<int, (int Status, string? Body)> answer)
    {
        int calls = 0;
        try
        {
            while (true)
            {
                HttpListenerContext call = await _listener.GetContextAsync();
                using StreamReader reader = new(call.Request.InputStream);
                string sent = await reader.ReadToEndAsync();
                Requests.Enqueue((call.Request.Headers["Authorization"], sent));

                (int status, string? body) = answer(calls++);
                _asked.TrySetResult();
                if (body is null)
                {
                    continue;
                }

                call.Response.StatusCode = status;
                bool streamed = status == 200 && sent.Contains("\"stream\":true", StringComparison.Ordinal);
                call.Response.ContentType = streamed ? "text/event-stream" : "application/json";
                if (streamed)
                {
                    body = $"data: {body.Replace("\"chat.completion\"", "\"chat.completion.chunk\"", StringComparison.Ordinal).Replace("\"message\":", "\"delta\":", StringComparison.Ordinal)}\n\ndata: [DONE]\n\n";
                }

                await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), _end.Token);
                call.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
