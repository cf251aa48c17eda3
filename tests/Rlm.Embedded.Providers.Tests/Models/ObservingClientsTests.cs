using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Diagnostics;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>The call log and the telemetry see every call and change none.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class ObservingClientsTests(bool streaming)
{
    [Test]
    public async Task CallLog_Answer_IsLoggedWithoutContent()
    {
        var logger = new ListLogger(LogLevel.Information);
        using var client = new CallLogChatClient(new FakeChatClient(_ => "the secret answer"), logger);

        (await CallAsync(client)).Text.ShouldBe("the secret answer");

        logger.Lines.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            l => l.ShouldStartWith("Information: Model fake answered in "),
            l => l.ShouldEndWith(" ms: tokens in 3, out 2, end stop"));
    }

    [Test]
    public async Task CallLog_Trace_HasTheContent()
    {
        var logger = new ListLogger(LogLevel.Trace);
        using var client = new CallLogChatClient(new FakeChatClient(_ => "the answer"), logger);

        await CallAsync(client);

        logger.Lines.ShouldContain(l => l.EndsWith("the last: hi", StringComparison.Ordinal));
        logger.Lines.ShouldContain(l => l.EndsWith("the answer", StringComparison.Ordinal));
    }

    [Test]
    public async Task CallLog_Failure_IsAWarning()
    {
        var logger = new ListLogger(LogLevel.Information);
        using var client = new CallLogChatClient(FakeChatClient.Failing(new ModelCallException("it broke")), logger);

        await Should.ThrowAsync<ModelCallException>(() => CallAsync(client));

        logger.Lines.ShouldHaveSingleItem().ShouldEndWith("it broke");
    }

    [Test]
    public async Task Telemetry_Call_IsAnActivity()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RlmTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = seen.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var client = new TelemetryChatClient(new FakeChatClient(_ => "answer"));
        using var failing = new TelemetryChatClient(FakeChatClient.Failing(new ModelCallException("x") { Failure = ModelCallFailure.RateLimited }));

        await CallAsync(client);
        await Should.ThrowAsync<ModelCallException>(() => CallAsync(failing));

        seen.Count.ShouldBe(2);
        seen[0].GetTagItem("gen_ai.usage.input_tokens").ShouldBe(3L);
        seen[0].GetTagItem("gen_ai.response.model").ShouldBe("fake");
        seen[1].GetTagItem("error.type").ShouldBe("RateLimited");
        seen[1].Status.ShouldBe(ActivityStatusCode.Error);
    }

    private Task<ChatResponse> CallAsync(IChatClient client) => streaming ? Clients.StreamedAsync(client) : client.GetResponseAsync("hi");

    private sealed class ListLogger(LogLevel least) : ILogger
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
    }
}
