using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A planted key is looked for in everything that the whole chain writes or throws, whatever the server does with it.</summary>
[TestFixture]
public sealed class KeysStaySecretTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("rlm-keys-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Chain_ServerEchoesTheKeyInErrors_ItIsNowhere(
        [Values("openai/m", "anthropic/m", "litellm/m", "portkey/m", "azure/m")] string model, [Values] bool streaming)
    {
        int calls = 0;
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, request) =>
            LoopbackServer.AnswerAsync(
                context,
                $$$"""{"error":{"message":"bad key {{{Clients.Key}}} in {{{string.Join(' ', request.Headers.Values).Replace("\"", "", StringComparison.Ordinal)}}}"}}""",
                ++calls % 2 == 0 ? 500 : 401));
        var log = new List<string>();
        var thrown = new List<Exception>();
        using (var recorder = new CassetteRecorder(Path.Combine(_folder, "run.jsonl")))
        {
            IChatClient inner = Clients.Of(server.BaseUrl, model: model);
            using IChatClient chain = new CallLogChatClient(
                recorder.Record(new CachingChatClient(inner, new FolderResponseCache(Path.Combine(_folder, "cache"))), model), new Sink(log));
            for (int i = 0; i < 4; i++)
            {
                thrown.Add(await Should.ThrowAsync<ModelCallException>(() =>
                    streaming ? Clients.StreamedAsync(chain) : chain.GetResponseAsync("hi")));
            }
        }

        calls.ShouldBe(4);
        string written = string.Concat(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        written.ShouldContain("[key]");
        (written + string.Join('\n', log) + string.Join('\n', thrown)).ShouldNotContain(Clients.Key);
    }

    private sealed class Sink(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception) + exception);
    }
}
