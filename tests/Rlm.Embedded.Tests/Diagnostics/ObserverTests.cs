using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Tests.Engine;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Diagnostics;

[TestFixture]
internal sealed class ObserverTests
{
    [Test]
    public async Task Observers_Run_AreToldAllOfIt()
    {
        var told = new ConcurrentQueue<RlmEvent>();

        var result = await RunAsync(new ScriptedChatClient(Block("x")), new FakeRepl().Answers("42"), options => options.Observers.Add(told.Enqueue));

        told.Select(happened => happened.GetType().Name).ShouldBe(
            ["RunStarted", "ContextLoaded", "TurnStarted", "Replied", "CellStarted", "CellEnded", "TurnEnded", "RunEnded"]);
        told.ShouldAllBe(happened => happened.RunId == result.RunId);
    }

    [Test]
    public async Task Observers_OneThrows_RunGoesOnAndTheLogSaysSo()
    {
        var calls = 0;
        var log = new Lines();

        var result = await RunAsync(new ScriptedChatClient(Block("x")), new FakeRepl().Answers("42"), options =>
        {
            options.LoggerFactory = log;
            options.Observers.Add(_ =>
            {
                calls++;
                throw new IOException("the pipe is closed");
            });
        });

        (result.Text, calls).ShouldBe(("42", 1));
        var line = log.Written.Where(entry => entry.Level == LogLevel.Warning).ShouldHaveSingleItem();
        line.Text.ShouldContain("RlmOptions.Observers");
        line.Failure!.Message.ShouldBe("the pipe is closed");
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<(LogLevel Level, string Text, Exception? Failure)> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((logLevel, formatter(state, exception), exception));

        public void Dispose()
        {
        }
    }
}
