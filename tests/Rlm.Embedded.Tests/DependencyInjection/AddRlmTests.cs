using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Tests.Engine;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.DependencyInjection;

[TestFixture]
internal sealed class AddRlmTests
{
    [Test]
    public async Task AddRlm_ClientInTheContainer_IsTheRootModel()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IChatClient>(new ScriptedChatClient(Block("x")));
        services.AddRlm(o => o.OpenRepl = new FakeRepl().Answers("42").OpenAsync);
        await using var provider = services.BuildServiceProvider();

        var rlm = provider.GetRequiredService<RecursiveLanguageModel>();

        (await rlm.CompleteAsync(Book, "?")).Text.ShouldBe("42");
        provider.GetRequiredService<RecursiveLanguageModel>().ShouldBeSameAs(rlm);
    }

    [Test]
    public async Task AddKeyedRlm_TwoKeys_HaveTheirOwnModelsAndOptions()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IChatClient>(new ScriptedChatClient("plain"));
        services.AddKeyedSingleton<IChatClient>("law", new ScriptedChatClient("of law"));
        services.AddKeyedRlm("law", o => o.DirectCallThreshold = 1_000);
        services.AddKeyedRlm("news", o => o.DirectCallThreshold = 2_000);
        await using var provider = services.BuildServiceProvider();

        (await provider.GetRequiredKeyedService<RecursiveLanguageModel>("law").CompleteAsync(Book, "?")).Text.ShouldBe("of law");
        (await provider.GetRequiredKeyedService<RecursiveLanguageModel>("news").CompleteAsync(Book, "?")).Text.ShouldBe("plain");
        provider.GetRequiredService<IOptionsMonitor<RlmOptions>>().Get("news").DirectCallThreshold.ShouldBe(2_000);
        provider.GetService<RecursiveLanguageModel>().ShouldBeNull();
    }

    [Test]
    public void AddRlm_OptionOutOfRange_FailsAtStart()
    {
        var services = new ServiceCollection();
        services.AddRlm(o => o.MaxTurns = 0);
        using var provider = services.BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate())
            .Message.ShouldBe("RlmOptions.MaxTurns is 0; it must be at least 1.");
    }

    [Test]
    public void AddKeyedRlm_OptionOutOfRange_NamesTheKey()
    {
        var services = new ServiceCollection();
        services.AddKeyedRlm("law", o => o.MaxDepth = -1);
        using var provider = services.BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate()).Message.ShouldContain("'law'");
    }

    [Test]
    public void AddRlm_NoClient_SaysWhatToAdd()
    {
        var services = new ServiceCollection();
        services.AddRlm();
        using var provider = services.BuildServiceProvider();

        Should.Throw<RlmConfigurationException>(() => provider.GetRequiredService<RecursiveLanguageModel>()).Message.ShouldContain("AddSingleton<IChatClient>");
    }

    [Test]
    public void AddRlm_LoggerAndClock_AreTheContainersUnlessOptionsNameOthers()
    {
        var clock = new Clock();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton<TimeProvider>(clock);
        services.AddRlm();
        services.AddKeyedRlm("own", o => o.TimeProvider = new Clock());
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<RlmOptions>>();

        options.CurrentValue.LoggerFactory.ShouldBeSameAs(NullLoggerFactory.Instance);
        options.CurrentValue.TimeProvider.ShouldBeSameAs(clock);
        options.Get("own").TimeProvider.ShouldNotBeSameAs(clock);
    }

    [Test]
    public void AddRlm_ConfiguredFurther_IsOneModel()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IChatClient>(new ScriptedChatClient());
        services.AddRlm(o => o.MaxTurns = 3).Configure<IChatClient>((o, client) => o.SubModel = client);
        services.AddRlm(o => o.MaxDepth = 2);
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<RlmOptions>>().Value;
        (options.MaxTurns, options.MaxDepth, options.SubModel is not null).ShouldBe((3, 2, true));
        provider.GetServices<RecursiveLanguageModel>().Count().ShouldBe(1);
    }

    private sealed class Clock : TimeProvider;
}
