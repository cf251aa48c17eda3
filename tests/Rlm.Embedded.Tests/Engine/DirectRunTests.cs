using System.Text;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class DirectRunTests
{
    [Test]
    public async Task CompleteAsync_BelowTheThreshold_IsOnePlainCall()
    {
        var root = new ScriptedChatClient().Then(WithUsage("<think>hm</think>stormy", 10, 2));

        var result = await RunAsync(root, new FakeRepl(), o => o.DirectCallThreshold = 1_000);

        result.Text.ShouldBe("stormy");
        result.IsDirect.ShouldBeTrue();
        result.StopReason.ShouldBe(StopReason.FinalAnswer);
        result.Usage.Tokens.ShouldBe(new TokenUsage(10, 2));
        result.Trajectory.ShouldHaveSingleItem().Cells.ShouldBeEmpty();
        root.Calls.ShouldHaveSingleItem().LastText.ShouldBe("It was a dark and stormy night.\n\nWhat was the night like?");
    }

    [TestCase(null)]
    [TestCase(0)]
    [TestCase(31)]
    public async Task CompleteAsync_AtTheThresholdOrWithoutOne_IsARun(int? threshold)
    {
        var result = await RunAsync(new ScriptedChatClient(Block("x")), new FakeRepl().Answers("1"), o => o.DirectCallThreshold = threshold);

        result.IsDirect.ShouldBeFalse();
        result.Text.ShouldBe("1");
    }

    [Test]
    public async Task CompleteAsync_FileAndList_AreSentWhole()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "é\r\n");
            var root = new ScriptedChatClient("a", "b");

            await RunAsync(root, new FakeRepl(), o => o.DirectCallThreshold = 100, RlmContext.FromFile(path));
            await RunAsync(root, new FakeRepl(), o => o.DirectCallThreshold = 100, RlmContext.FromTexts(["one", "two"]));

            root.Calls[0].LastText.ShouldStartWith("é\r\n");
            root.Calls[1].LastText.ShouldStartWith("one\n\ntwo\n\n");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("utf-8")]
    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    [TestCase("utf-32")]
    public async Task CompleteAsync_BytesWithAMark_AreSentWithoutIt(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("caf\u00e9")];
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, bytes);
            var root = new ScriptedChatClient("a", "b");

            await RunAsync(root, new FakeRepl(), o => o.DirectCallThreshold = 100, RlmContext.FromFile(path));
            await RunAsync(root, new FakeRepl(), o => o.DirectCallThreshold = 100, RlmContext.FromBytes(bytes));

            root.Calls[0].LastText.ShouldStartWith("caf\u00e9\n");
            root.Calls[1].LastText.ShouldStartWith("caf\u00e9\n");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task CompleteAsync_ShortPdf_IsRefused()
    {
        var pdf = RlmContext.FromBytes("%PDF-1.7"u8.ToArray());

        (await Should.ThrowAsync<RlmContextException>(() => RunAsync(new ScriptedChatClient("a"), new FakeRepl(), o => o.DirectCallThreshold = 100, pdf)))
            .Message.ShouldContain("a PDF");
    }

    [Test]
    public async Task StreamAsync_Direct_GivesTheDeltasOfTheAnswer()
    {
        var root = new ScriptedChatClient().Then(new ScriptedReply { Text = "ab", Deltas = ["a", "b"] });
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { DirectCallThreshold = 1_000 });
        var events = new List<RlmEvent>();

        await foreach (var happened in rlm.StreamAsync(Book, "?"))
        {
            events.Add(happened);
        }

        events.Select(e => e.GetType().Name).ShouldBe(["RunStarted", "TurnStarted", "TextDelta", "TextDelta", "Replied", "TurnEnded", "RunEnded"]);
    }

    private static IEnumerable<TestCaseData> Ends()
    {
        var refusal = new ErrorContent("I cannot.") { ErrorCode = "Refusal" };
        yield return new(new ScriptedReply { Text = "stor", FinishReason = ChatFinishReason.Length }, StopReason.ReplyCut, ReplyEnd.Cut, "stor");
        yield return new(new ScriptedReply { Text = "<think>hm", FinishReason = ChatFinishReason.Length }, StopReason.ReplyCut, ReplyEnd.Cut, "");
        yield return new(new ScriptedReply { Contents = [refusal] }, StopReason.Refused, ReplyEnd.Refused, "I cannot.");
        yield return new(new ScriptedReply { Text = "I said no.", FinishReason = new ChatFinishReason("refusal") }, StopReason.Refused, ReplyEnd.Refused, "I said no.");
        yield return new(new ScriptedReply { FinishReason = ChatFinishReason.ContentFilter }, StopReason.Refused, ReplyEnd.Filtered, "The provider's content filter withheld the reply.");
        yield return new(new ScriptedReply { Text = "It was", FinishReason = ChatFinishReason.ContentFilter }, StopReason.Refused, ReplyEnd.Filtered, "It was");
    }

    [TestCaseSource(nameof(Ends))]
    public async Task CompleteAsync_ReplyIsNotWhole_SaysSo(ScriptedReply reply, StopReason reason, ReplyEnd end, string text)
    {
        var result = await RunAsync(new ScriptedChatClient().Then(reply), new FakeRepl(), o => o.DirectCallThreshold = 1_000);

        result.StopReason.ShouldBe(reason);
        result.Text.ShouldBe(text);
        result.Trajectory.ShouldHaveSingleItem().ReplyEnd.ShouldBe(end);
        (result.LimitNote is not null).ShouldBe(reason == StopReason.ReplyCut);
    }

    [Test]
    public async Task CompleteAsync_ModelFails_CarriesThePartialResult()
    {
        var failure = await Should.ThrowAsync<RlmModelException>(
            () => RunAsync(new ScriptedChatClient().ThenFail(new InvalidOperationException("down")), new FakeRepl(), o => o.DirectCallThreshold = 1_000));

        failure.Partial!.IsDirect.ShouldBeTrue();
        failure.Partial.Usage.FailedCalls.ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_Cancelled_Throws()
    {
        var cancelled = await CancelledAsync(
            () => RunAsync(new ScriptedChatClient("x"), new FakeRepl(), o => o.DirectCallThreshold = 1_000, cancellationToken: new CancellationToken(canceled: true)));

        cancelled.Partial!.StopReason.ShouldBe(StopReason.Cancelled);
    }

    [Test]
    public void Constructor_NegativeThreshold_SaysSo() =>
        Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(new ScriptedChatClient(), new RlmOptions { DirectCallThreshold = -1 })).Message.ShouldContain("-1");
}
