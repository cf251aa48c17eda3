using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Tests.Engine;
using Shouldly;

namespace Rlm.Embedded.Tests.Models;

[TestFixture]
internal sealed class OfflineModelTests
{
    [Test]
    public async Task CompleteAsync_NeedleTask_ProbesSearchesVerifiesAnswers()
    {
        var repl = new FakeRepl()
            .Prints("type: str\nlength: 38500000\nhead: a b\ntail: c d\n")
            .Prints("hits: 1\n19250000 | magic number is 1298418\n")
            .Then(async (r, _, token) => new CellResult
            {
                FinalAnswer = await r.SubCalls.CallAsync(new SubCall(SubCallKind.Llm, "Answer.\n\nQuestion: What is the magic number?\n\nPassages:\nblah blah\nThe magic number is 1298418\nblah", null), token),
            });

        var result = await AskAsync("I'm looking for a magic number. What is it?", repl);

        result.Text.ShouldBe("1298418");
        result.Turns.ShouldBe(3);
        repl.Cells[0].ShouldContain("len(text)");
        repl.Cells[1].ShouldContain("re.finditer(\"magic number");
        repl.Cells[2].ShouldContain("llm_query(");
        repl.Cells[2].ShouldContain("FINAL_VAR(\"finding\")");
    }

    [Test]
    public async Task CompleteAsync_NothingFound_SearchesWiderAndSaysSo()
    {
        var repl = new FakeRepl().Prints("length: 100\n").Prints("hits: 0\n").Prints("hits: 0\n");

        var result = await AskAsync("What is the magic number?", repl);

        result.Text.ShouldBe("I searched the whole context for \"magic number\" and did not find it.");
        repl.Cells[2].ShouldContain("re.IGNORECASE");
    }

    [Test]
    public async Task CompleteAsync_EmptyContext_SaysSo() =>
        (await AskAsync("What is the magic number?", new FakeRepl().Prints("length: 0\n"))).Text.ShouldContain("the context is empty");

    [Test]
    public async Task CompleteAsync_CodeFails_SaysSo() =>
        (await AskAsync("What is the magic number?", new FakeRepl().Fails("ImportError", "no re"))).Text.ShouldContain("ImportError: no re");

    [Test]
    public async Task CompleteAsync_SubModelFindsNothing_SaysSo()
    {
        var repl = new FakeRepl().Prints("length: 100\n").Prints("hits: 2\n").Prints("finding: NOT FOUND\n");

        (await AskAsync("What is the magic number?", repl)).Text.ShouldContain("did not find");
    }

    [Test]
    public async Task CompleteAsync_QuestionWithQuotesAndNewLines_IsQuotedForPython()
    {
        var repl = new FakeRepl().Prints("length: 100\n").Prints("hits: 2\n").Answers("x");

        await AskAsync("What is the \"magic\" number\\\nof 😀?", repl);

        repl.Cells[2].ShouldContain("question = \"What is the \\\"magic\\\" number\\\\\\nof 😀?\"");
    }

    [TestCase("What is the magic number?", "The magic number is 1234567.", "1234567")]
    [TestCase("What is the magic number?", "words\nThe Magic Number is: 12-34\nwords", "12-34")]
    [TestCase("What is the 7-digit magic number?", "The magic number is 1234567", "1234567")]
    [TestCase("What is the capital of France?", "The capital of France is Paris. The sky is blue.", "Paris")]
    [TestCase("What is the special magic number for stereo-valdosta mentioned in the provided text?", "One of the special magic numbers for red-fox is: 1. One of the special magic numbers for stereo-valdosta is: 1173946.", "1173946")]
    [TestCase("What are all the special magic numbers for topaz?", "One of the special magic numbers for topaz is: 1.\nOne of the special magic numbers for topaz is: 2.", "1, 2")]
    [TestCase("What is the magic number?", "Nothing of the kind.", "NOT FOUND")]
    [TestCase("What is the magic number?", "I like the magic number. The sky is blue.", "NOT FOUND")]
    public async Task GetResponseAsync_SubCall_ReadsWhatIsStated(string question, string text, string expected)
    {
        using var model = new OfflineModel();

        var reply = await model.GetResponseAsync([new ChatMessage(ChatRole.User, $"Question: {question}\n\nPassages:\n{text}")]);

        reply.Text.ShouldBe(expected);
    }

    [TestCase("")]
    [TestCase("Write a poem")]
    public async Task GetResponseAsync_SubCallItCannotDo_SaysWhatItIs(string prompt)
    {
        using var model = new OfflineModel();

        (await model.GetResponseAsync([new ChatMessage(ChatRole.User, prompt)])).Text.ShouldContain("scripted stand-in");
    }

    [Test]
    public async Task GetStreamingResponseAsync_Reply_IsTheSameInPieces()
    {
        using var model = new OfflineModel();
        ChatMessage[] messages = [new(ChatRole.System, "s"), new(ChatRole.User, "Question:\nWhat is the magic number?\n\nContext: x")];
        var pieces = new List<string>();

        await foreach (var update in model.GetStreamingResponseAsync(messages))
        {
            pieces.Add(update.Text);
        }

        pieces.Count.ShouldBeGreaterThan(10);
        string.Concat(pieces).ShouldBe((await model.GetResponseAsync(messages)).Text);
    }

    [Test]
    public void GetService_Metadata_NamesIt()
    {
        using var model = new OfflineModel();

        model.GetService<ChatClientMetadata>()!.DefaultModelId.ShouldBe("offline");
        OfflineModel.Notice.ShouldContain("not a language model");
    }

    private static async Task<RlmResult> AskAsync(string question, FakeRepl repl)
    {
        using var model = new OfflineModel();
        await using var rlm = new RecursiveLanguageModel(model, RlmFixture.Options(repl));
        return await rlm.CompleteAsync(RlmFixture.Book, question, CancellationToken.None);
    }
}
