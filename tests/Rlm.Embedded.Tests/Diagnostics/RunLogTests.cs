using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Tests.Engine;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Diagnostics;

[TestFixture]
internal sealed class RunLogTests
{
    [Test]
    public async Task Run_Information_OneLineWithoutContent()
    {
        var lines = await LogAsync(LogLevel.Information);

        lines.ShouldHaveSingleItem().ShouldMatch("^Information: Run [0-9a-f]{32} ended: FinalAnswer, turns 1, calls 1, [0-9]+ ms$");
    }

    [Test]
    public async Task Run_Debug_HasNoContent()
    {
        var lines = await LogAsync(LogLevel.Debug);

        lines.Count.ShouldBe(5);
        lines.ShouldAllBe(line => !line.Contains("secret", StringComparison.Ordinal));
    }

    [Test]
    public async Task Run_Trace_HasQuestionReplyCodeOutputAndAnswer()
    {
        var lines = await LogAsync(LogLevel.Trace);

        foreach (var text in (string[])["question: What was the night like?", "reply: ```repl", "code: secret code", "stdout: secret output", "answer: secret answer"])
        {
            lines.ShouldContain(line => line.StartsWith("Trace: ", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));
        }
    }

    private static async Task<List<string>> LogAsync(LogLevel least)
    {
        using var log = new ListLog(least);
        await RunAsync(
            new ScriptedChatClient(Block("secret code")),
            new FakeRepl().Then(new CellResult { Stdout = "secret output", FinalAnswer = "secret answer" }),
            o => o.LoggerFactory = log);
        return log.Lines;
    }

    private sealed class ListLog(LogLevel least) : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Add($"{logLevel}: {formatter(state, exception)}");
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
