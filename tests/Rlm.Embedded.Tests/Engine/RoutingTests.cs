using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class RoutingTests
{
    [Test]
    public async Task ChatOptions_EachRole_GetsItsOwn()
    {
        var root = new ScriptedChatClient(Block("x"));
        var sub = new ScriptedChatClient("s");
        var fast = new ScriptedChatClient("f");
        var smart = new ScriptedChatClient("m");
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            await r.SubCalls.CallAsync(Llm("a"), token);
            await r.SubCalls.CallAsync(Llm("b", "fast"), token);
            await r.SubCalls.CallAsync(Llm("c", "smart"), token);
            return new CellResult { FinalAnswer = "done" };
        });

        await RunAsync(root, repl, o =>
        {
            o.SubModel = sub;
            o.Models["fast"] = fast;
            o.Models["smart"] = smart;
            o.RootChatOptions = new ChatOptions { Temperature = 0.1f };
            o.SubChatOptions = new ChatOptions { Temperature = 0.2f, ModelId = "sub-id" };
            o.ModelChatOptions["smart"] = new ChatOptions { Temperature = 0.3f };
        });

        root.Calls[0].Options!.Temperature.ShouldBe(0.1f);
        sub.Calls[0].Options!.Temperature.ShouldBe(0.2f);
        sub.Calls[0].Options!.ModelId.ShouldBe("sub-id");
        fast.Calls[0].Options!.Temperature.ShouldBe(0.2f);
        fast.Calls[0].Options!.ModelId.ShouldBeNull();
        smart.Calls[0].Options!.Temperature.ShouldBe(0.3f);
    }

    [Test]
    public async Task RlmQuery_NamedModel_DrivesTheChild()
    {
        var smart = new ScriptedChatClient(Block("FINAL(1)"));
        var repls = new Queue<FakeRepl>(
        [
            new FakeRepl().Then(async (r, _, token) => new CellResult { FinalAnswer = await r.SubCalls.CallAsync(new SubCall(SubCallKind.Rlm, "p", "smart"), token) }),
            new FakeRepl().Answers("from smart"),
        ]);

        var result = await RunAsync(new ScriptedChatClient(Block("x")), new FakeRepl(), o =>
        {
            o.MaxDepth = 2;
            o.SubModel = new ScriptedChatClient();
            o.Models["smart"] = smart;
            o.OpenRepl = (session, token) => repls.Dequeue().OpenAsync(session, token);
        });

        result.Text.ShouldBe("from smart");
        smart.Calls.Count.ShouldBe(1);
    }

    [Test]
    public void Constructor_OptionsForAModelThatIsNotThere_Throws() =>
        Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(
            new ScriptedChatClient(),
            new RlmOptions { Models = { ["fast"] = new ScriptedChatClient() }, ModelChatOptions = { ["fats"] = new ChatOptions() } })).Message.ShouldContain("'fats'");

    [Test]
    public void Constructor_OptionsThatAClientCannotSend_AreLoggedOnceForTheClient()
    {
        using var client = new Limited();
        using var log = new Lines();
        var options = new RlmOptions { LoggerFactory = log, RootChatOptions = new ChatOptions { Temperature = 0, TopP = 1, MaxOutputTokens = 5 } };

        _ = new RecursiveLanguageModel(client, options);
        _ = new RecursiveLanguageModel(client, options);

        log.Written.ShouldHaveSingleItem().ShouldEndWith("do nothing: Temperature, TopP");
        UnsentChatOptions.Of(client, options.RootChatOptions).ShouldBe(["Temperature", "TopP"]);
        UnsentChatOptions.Of(new ScriptedChatClient(), options.RootChatOptions).ShouldBeEmpty();
    }

    private sealed class Limited() : DelegatingChatClient(new ScriptedChatClient())
    {
        private readonly UnsentChatOptions _unsent = new(nameof(ChatOptions.Temperature), nameof(ChatOptions.TopP), nameof(ChatOptions.Seed));

        public override object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(UnsentChatOptions) ? _unsent : base.GetService(serviceType, serviceKey);
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
