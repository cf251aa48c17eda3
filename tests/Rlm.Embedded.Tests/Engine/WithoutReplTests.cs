using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Chat;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary><see cref="RlmOptions.MaxDepth"/> 0: there is no level with a REPL.</summary>
[TestFixture]
internal sealed class WithoutReplTests
{
    private static readonly RlmOptions s_options = new() { MaxDepth = 0, OpenRepl = (_, _) => throw new InvalidOperationException("No REPL may be opened.") };

    [Test]
    public async Task CompleteAsync_DepthZero_IsOnePlainCall()
    {
        var root = new ScriptedChatClient("dark");
        await using var rlm = new RecursiveLanguageModel(root, s_options);

        var result = await rlm.CompleteAsync(Book, "What was the night like?");

        (result.Text, result.IsDirect, result.Turns, result.Usage.Calls, result.Usage.SubCalls).ShouldBe(("dark", true, 1, 1, 0));
        root.Calls[0].Messages.ShouldHaveSingleItem().Text.ShouldBe("It was a dark and stormy night.\n\nWhat was the night like?");
    }

    [Test]
    public async Task CompleteAsync_DepthZeroTyped_IsAskedAgainUntilItFits()
    {
        var root = new ScriptedChatClient("many", "42");
        await using var rlm = new RecursiveLanguageModel(root, s_options);

        var result = await rlm.CompleteAsync<int>(Book, "How many?");

        (result.Value, result.Turns).ShouldBe((42, 2));
        root.Calls[1].Messages.Count.ShouldBe(3);
        result.Trajectory[1].Messages.Select(message => message.Role).ShouldBe([ChatRole.Assistant, ChatRole.User]);
    }

    [Test]
    public async Task CompleteAsync_DepthZeroTypedNeverFits_CarriesTheResult()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient().Otherwise(_ => "many"), s_options);

        var thrown = await Should.ThrowAsync<RlmAnswerException>(async () => await rlm.CompleteAsync<int>(Book, "How many?"));

        (thrown.Result!.StopReason, thrown.Result.Turns, thrown.Result.Text).ShouldBe((StopReason.UnfitAnswer, 3, "many"));
    }

    public static IEnumerable<TestCaseData> Kinds()
    {
        yield return new TestCaseData(RlmContext.FromTexts(["one", "two"]), "one\n\ntwo");
        yield return new TestCaseData(RlmContext.FromJson("{\"a\": 1}"), "{\"a\": 1}");
        yield return new TestCaseData(RlmContext.FromMessages([new(ChatRole.User, "hello"), new(ChatRole.Assistant, "yes")]), "user: hello\n\nassistant: yes");
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task CompleteAsync_DepthZeroAnyKind_IsOneText(RlmContext context, string text)
    {
        var root = new ScriptedChatClient("ok");
        await using var rlm = new RecursiveLanguageModel(root, s_options);

        await rlm.CompleteAsync(context);

        root.Calls[0].Messages[0].Text.ShouldBe(text);
    }

    [Test]
    public async Task CompleteAsync_DepthZeroFolder_SaysWhatToDo()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(), s_options);

        (await Should.ThrowAsync<RlmContextException>(() => rlm.CompleteAsync(RlmContext.FromDirectory(Path.GetTempPath(), "*.none"), "?"))).Message.ShouldContain("MaxDepth");
    }

    [Test]
    public async Task OpenSessionAsync_DepthZero_SaysWhatToDo()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(), s_options);

        (await Should.ThrowAsync<RlmConfigurationException>(() => rlm.OpenSessionAsync())).Message.ShouldContain("Set MaxDepth to 1");
    }

    [Test]
    public async Task GetResponseAsync_DepthZero_GoesStraightThrough()
    {
        var root = new ScriptedChatClient("dark");
        using var client = new RecursiveChatClient(root, s_options);

        (await client.GetResponseAsync(new string('x', 200_000))).Text.ShouldBe("dark");
    }

    [Test]
    public async Task CompleteAsync_DepthOne_RlmQueryIsAPlainCall()
    {
        var sub = ScriptedChatClient.Named("sub").Otherwise(_ => "said");
        var repl = new FakeRepl().Then(async (fake, _, token) => new() { FinalAnswer = await fake.SubCalls.CallAsync(new(SubCallKind.Rlm, "piece", null), token) });
        var result = await RunAsync(new ScriptedChatClient(Block("x")), repl, options => options.SubModel = sub);

        result.Text.ShouldBe("said");
        sub.Calls.ShouldHaveSingleItem().Messages.ShouldHaveSingleItem().Text.ShouldBe("piece");
    }
}
