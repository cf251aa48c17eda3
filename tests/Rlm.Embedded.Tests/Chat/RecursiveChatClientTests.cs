using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Chat;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Tests.Engine;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Chat;

[TestFixture]
internal sealed class RecursiveChatClientTests
{
    private static readonly string s_book = new('x', RecursiveChatClient.QuestionCharacters + 1);

    [Test]
    public async Task GetResponseAsync_ShortMessages_GoStraightThrough()
    {
        var inner = new ScriptedChatClient("hello");
        using var client = new RecursiveChatClient(inner, Options(new FakeRepl()));
        var options = new ChatOptions { MaxOutputTokens = 5, Tools = [AIFunctionFactory.Create(() => 1, "one")] };
        ChatMessage[] messages = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "Hi")];

        (await client.GetResponseAsync(messages, options)).Text.ShouldBe("hello");

        var sent = inner.Calls.ShouldHaveSingleItem();
        sent.Messages.ShouldBe(messages);
        sent.Options.ShouldBeSameAs(options);
    }

    [Test]
    public async Task GetStreamingResponseAsync_ShortMessages_GiveTheInnerClientsPieces()
    {
        var inner = new ScriptedChatClient().Then(new ScriptedReply { Text = "abc", Deltas = ["a", "b", "c"] });
        using var client = new RecursiveChatClient(inner, Options(new FakeRepl()));

        (await CollectAsync(client, "Hi")).Select(update => update.Text).ShouldBe(["a", "b", "c"]);
    }

    [Test]
    public async Task GetResponseAsync_LongConversation_LastUserMessageIsTheQuestion()
    {
        var repl = new FakeRepl().Answers("42");
        var inner = new ScriptedChatClient(Block("FINAL(42)"));
        using var client = Long(inner, repl);

        var response = await client.GetResponseAsync(
        [
            new(ChatRole.System, "Answer in English."), new(ChatRole.User, s_book), new(ChatRole.Assistant, "Read it."), new(ChatRole.User, "How many?"),
        ]);

        response.Text.ShouldBe("42");
        repl.Options.Context.ShouldBeOfType<RlmContext.Conversation>().Messages.ShouldBe([new("user", s_book), new("assistant", "Read it.")]);
        inner.Calls[0].Messages[1].Text.ShouldContain("Answer in English.\n\nHow many?");
        inner.Calls[0].Messages[1].Text.ShouldNotContain(s_book);
    }

    [Test]
    public async Task GetResponseAsync_LongMessageWithAShortLastPart_ThePartIsTheQuestion()
    {
        var repl = new FakeRepl().Answers("x");
        var inner = new ScriptedChatClient(Block("FINAL('x')"));
        using var client = Long(inner, repl);

        await client.GetResponseAsync([new ChatMessage(ChatRole.User, [new TextContent(s_book), new TextContent("Which letter?")])]);

        repl.Options.Context.ShouldBe(RlmContext.FromText(s_book));
        inner.Calls[0].Messages[1].Text.ShouldContain("Which letter?");
    }

    [Test]
    public async Task GetResponseAsync_OneLongMessage_QuestionQuotesItsEnds()
    {
        var repl = new FakeRepl().Answers("x");
        var inner = new ScriptedChatClient(Block("FINAL('x')"));
        using var client = Long(inner, repl);
        var message = "Which letter is it?\n" + s_book + "\nAnswer with one letter.";

        await client.GetResponseAsync(message);

        repl.Options.Context.ShouldBe(RlmContext.FromText(message));
        inner.Calls[0].Messages[1].Text.ShouldContain("Which letter is it?");
        inner.Calls[0].Messages[1].Text.ShouldContain("Answer with one letter.");
        inner.Calls[0].Messages[1].Text.Length.ShouldBeLessThan(RecursiveChatClient.QuestionCharacters);
    }

    [Test]
    public async Task GetResponseAsync_LongFunctionResult_IsContext()
    {
        var repl = new FakeRepl().Answers("x");
        using var client = Long(new ScriptedChatClient(Block("FINAL('x')")), repl);

        await client.GetResponseAsync(
        [
            new(ChatRole.User, "What does it say?"),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "read", new Dictionary<string, object?> { ["file"] = "a" })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", s_book)]),
        ]);

        repl.Options.Context.ShouldBeOfType<RlmContext.Conversation>().Messages.ShouldBe([new("assistant", "[calls read({\"file\":\"a\"})]"), new("tool", s_book)]);
    }

    [Test]
    public async Task GetResponseAsync_LongMessagesWithAnImage_SaysWhatToDo()
    {
        using var client = Long(new ScriptedChatClient(), new FakeRepl());

        var failure = await Should.ThrowAsync<NotSupportedException>(
            () => client.GetResponseAsync([new ChatMessage(ChatRole.User, [new TextContent(s_book), new DataContent(new byte[] { 1 }, "image/png")])]));

        failure.Message.ShouldContain("DataContent");
        failure.Message.ShouldContain("DirectCallThreshold");
    }

    [Test]
    public async Task GetResponseAsync_Run_MapsUsageAndResult()
    {
        var repl = new FakeRepl().Answers("42");
        using var client = Long(ScriptedChatClient.Named("big").Then(WithUsage(Block("x"), 10, 2, cached: 4, reasoning: 1)), repl);

        var response = await client.GetResponseAsync(s_book);

        response.ModelId.ShouldBe("big");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.Usage!.InputTokenCount.ShouldBe(10);
        response.Usage.TotalTokenCount.ShouldBe(12);
        response.Usage.CachedInputTokenCount.ShouldBe(4);
        response.Usage.ReasoningTokenCount.ShouldBe(1);
        response.Usage.AdditionalCounts!["calls"].ShouldBe(1);
        var result = response.RawRepresentation.ShouldBeOfType<RlmResult>();
        response.ResponseId.ShouldBe(result.RunId);
    }

    [Test]
    public async Task GetResponseAsync_LimitTrips_FinishReasonIsLength()
    {
        using var client = Long(new ScriptedChatClient(Block("x"), "my best"), new FakeRepl().Prints("1"), o => o.MaxTurns = 1);

        var response = await client.GetResponseAsync(s_book);

        response.Text.ShouldBe("my best");
        response.FinishReason.ShouldBe(ChatFinishReason.Length);
    }

    [Test]
    public async Task GetResponseAsync_ChatOptions_ThoseOfSamplingReachTheRun()
    {
        var inner = new ScriptedChatClient(Block("x"));
        using var client = Long(inner, new FakeRepl().Answers("{}"), o => o.RootChatOptions = new ChatOptions { Temperature = 1, TopK = 3 });
        var options = new ChatOptions { Temperature = 0.5f, MaxOutputTokens = 7, StopSequences = ["x"], ResponseFormat = ChatResponseFormat.Json, Instructions = "Be terse." };

        await client.GetResponseAsync([new(ChatRole.User, s_book), new(ChatRole.User, "Count.")], options);

        var sent = inner.Calls[0];
        sent.Options!.Temperature.ShouldBe(0.5f);
        sent.Options.TopK.ShouldBe(3);
        sent.Options.MaxOutputTokens.ShouldBeNull();
        sent.Options.StopSequences.ShouldBeNull();
        sent.Options.ResponseFormat.ShouldBeNull();
        sent.Messages[1].Text.ShouldContain("Be terse.\n\nCount.\n\nThe final answer must be JSON");
    }

    [Test]
    public async Task GetResponseAsync_FunctionsAmongTheTools_CodeCanCallThemUnlessTheyNeedApproval()
    {
        var repl = new FakeRepl().Answers("x");
        using var client = Long(new ScriptedChatClient(Block("x")), repl);
        var free = AIFunctionFactory.Create(() => 1, "free");
        var guarded = new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => 2, "guarded"));

        await client.GetResponseAsync(s_book, new ChatOptions { Tools = [free, guarded] });

        repl.Options.Tools.ShouldHaveSingleItem().Name.ShouldBe("free");
    }

    [Test]
    public async Task GetStreamingResponseAsync_Run_ThinksThenAnswersThenCounts()
    {
        var inner = new ScriptedChatClient().Then(WithUsage(Block("x"), 10, 2) with { Deltas = ["```repl\n", "x\n```"] });
        using var client = Long(inner, new FakeRepl().Answers("42"));

        var updates = await CollectAsync(client, s_book);

        updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>().Select(content => content.Text).ShouldBe(["```repl\n", "x\n```"]);
        updates.Where(update => update.Text.Length > 0).ShouldHaveSingleItem().Text.ShouldBe("42");
        var response = updates.ToChatResponse();
        response.Text.ShouldBe("42");
        response.Usage!.InputTokenCount.ShouldBe(10);
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.Messages.Count.ShouldBe(1);
    }

    [Test]
    public async Task GetResponseAsync_Cancelled_CarriesThePartialResult()
    {
        using var source = new CancellationTokenSource();
        var repl = new FakeRepl().Then((_, _, _) =>
        {
            source.Cancel();
            return new ValueTask<CellResult>(new CellResult { Stopped = CellStop.Cancelled });
        });
        using var client = Long(new ScriptedChatClient(Block("x")), repl);

        (await CancelledAsync(() => client.GetResponseAsync(s_book, cancellationToken: source.Token))).Partial!.Turns.ShouldBe(1);
    }

    [Test]
    public void GetService_TypesOfBoth_AreFound()
    {
        var inner = ScriptedChatClient.Named("big");
        using var client = new RecursiveChatClient(inner);

        client.GetService<RecursiveChatClient>().ShouldBeSameAs(client);
        client.GetService<RecursiveLanguageModel>().ShouldNotBeNull();
        client.GetService<ScriptedChatClient>().ShouldBeSameAs(inner);
        client.GetService<ChatClientMetadata>()!.DefaultModelId.ShouldBe("big");
        client.GetService(typeof(RecursiveLanguageModel), "key").ShouldBeNull();
    }

    [Test]
    public async Task GetResponseAsync_NoThresholdGiven_DefaultDecides()
    {
        var inner = new ScriptedChatClient("direct", Block("x"));
        using var client = new RecursiveChatClient(inner, Options(new FakeRepl().Answers("run")));

        (await client.GetResponseAsync(new string('x', RecursiveChatClient.DefaultDirectCallThreshold - 1))).Text.ShouldBe("direct");
        (await client.GetResponseAsync(new string('x', RecursiveChatClient.DefaultDirectCallThreshold))).Text.ShouldBe("run");
    }

    private static RecursiveChatClient Long(IChatClient inner, FakeRepl repl, Action<RlmOptions>? configure = null)
    {
        var options = Options(repl);
        options.DirectCallThreshold = 1_000;
        configure?.Invoke(options);
        return new RecursiveChatClient(inner, options);
    }

    private static async Task<List<ChatResponseUpdate>> CollectAsync(RecursiveChatClient client, string message)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(message))
        {
            updates.Add(update);
        }

        return updates;
    }
}
