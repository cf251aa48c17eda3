using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Chat;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>A prompt that holds what to do and what to do it with, and no question beside it.</summary>
[TestFixture]
internal sealed class PromptAloneTests
{
    private const string Prompt = "It was a dark and stormy night.\n\nWhat was the night like?";

    [Test]
    public async Task CompleteAsync_PromptAlone_IsTheContextAndTheModelIsToldSo()
    {
        var root = new ScriptedChatClient(Block("print(context[-30:])"), Block("FINAL('dark')"));
        var repl = new FakeRepl().Prints("the night like?").Answers("dark");
        await using var rlm = new RecursiveLanguageModel(root, Options(repl));

        var result = await rlm.CompleteAsync(Prompt);

        result.Text.ShouldBe("dark");
        repl.Options.Context.ShouldBe(RlmContext.FromText(Prompt));
        var asked = root.Calls[0].Messages[1].Text;
        asked.ShouldContain("is in `context`");
        asked.ShouldNotContain("stormy");
    }

    [Test]
    public async Task CompleteAsync_ConversationAlone_IsTheContext()
    {
        var repl = new FakeRepl().Answers("dark");
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x")), Options(repl));
        var talk = RlmContext.FromMessages([new(ChatRole.User, Prompt)]);

        (await rlm.CompleteAsync(talk)).Text.ShouldBe("dark");

        repl.Options.Context.ShouldBeSameAs(talk);
    }

    [Test]
    public async Task CompleteAsync_PromptAloneWithAType_IsAValue()
    {
        var repl = new FakeRepl().Answers("42");
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x")), Options(repl));

        (await rlm.CompleteAsync<int>(Prompt)).Value.ShouldBe(42);
    }

    [Test]
    public async Task StreamAsync_PromptAlone_EndsWithTheResult()
    {
        var repl = new FakeRepl().Answers("dark");
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x")), Options(repl));

        var events = await rlm.StreamAsync(RlmContext.FromText(Prompt)).ToListAsync();

        events[^1].ShouldBeOfType<RlmEvent.RunEnded>().Result.Text.ShouldBe("dark");
    }

    [Test]
    public async Task CompleteAsync_ShortPromptAlone_GoesToTheModelAsItIs()
    {
        var root = new ScriptedChatClient("dark");
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { DirectCallThreshold = 1_000 });

        var result = await rlm.CompleteAsync(Prompt);

        result.IsDirect.ShouldBeTrue();
        root.Calls.ShouldHaveSingleItem().Messages.ShouldHaveSingleItem().Text.ShouldBe(Prompt);
    }

    [TestCase("")]
    [TestCase(" \n")]
    public async Task CompleteAsync_BlankPrompt_IsRefused(string prompt)
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient());

        Should.Throw<ArgumentException>(() => rlm.CompleteAsync(prompt)).ParamName.ShouldBe("prompt");
        Should.Throw<ArgumentException>(() => rlm.CompleteAsync<int>(prompt)).ParamName.ShouldBe("prompt");
    }

    [Test]
    public async Task GetResponseAsync_OneLongMessage_IsTheContextAndItsOwnQuestion()
    {
        var root = new ScriptedChatClient(Block("x"));
        var repl = new FakeRepl().Answers("dark");
        var book = string.Concat(Enumerable.Repeat("It was a dark and stormy night. ", 10_000)) + "What was the night like?";
        using var client = new RecursiveChatClient(root, Options(repl));

        (await client.GetResponseAsync(book)).Text.ShouldBe("dark");

        repl.Options.Context.ShouldBe(RlmContext.FromText(book));
        root.Calls[0].Messages[1].Text.ShouldContain("What was the night like?");
    }
}
