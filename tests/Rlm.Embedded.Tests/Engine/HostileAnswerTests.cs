using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>Answers and drafts whose text cannot be made, or is made by code of the model's: the run goes on, and the model is told.</summary>
[TestFixture]
[Category("Interpreter")]
internal sealed class HostileAnswerTests
{
    private const string Values = """
        class Bad:
            def __str__(self): raise ValueError('no text')
            __repr__ = __str__
        class Odd:
            def __str__(self): return 5
        class Silent:
            def __str__(self): raise SilentError()
        class SilentError(Exception):
            def __str__(self): raise SilentError()
        class Endless:
            def __str__(self): return str(self)
        class Key:
            def __hash__(self): return hash('content')
            def __eq__(self, other): raise ValueError('no text')
        bad, odd, silent, endless = Bad(), Odd(), Silent(), Endless()
        nested = [1, {'a': bad}]
        long = 'x' * 10_000_001
        wide = ['x' * 6_000_000] * 2
        """;

    private static readonly string[] s_forms = ["FINAL({0})", "FINAL_VAR({0})", "FINAL_VAR(\"{0}\")", "```repl\nFINAL({0})\n```", "```repl\nFINAL_VAR('{0}')\n```"];

    private static IEnumerable<TestCaseData> Answers() =>
        from form in s_forms
        from value in (string[][])[["bad", "no text"], ["odd", "TypeError"], ["silent", "SilentError"], ["endless", "RecursionError"], ["nested", "no text"], ["long", "characters"], ["wide", "characters"]]
        select new TestCaseData(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, value[0]), value[1]);

    [TestCaseSource(nameof(Answers))]
    public async Task CompleteAsync_TextCannotBeMade_ModelIsTold(string reply, string expected)
    {
        var root = new ScriptedChatClient(Block(Values), reply, "FINAL(done)");
        await using var rlm = new RecursiveLanguageModel(root);

        (await rlm.CompleteAsync(Book, "?")).Text.ShouldBe("done");

        root.Calls[2].LastText.ShouldContain(expected);
    }

    [TestCase("answer['content'] = bad")]
    [TestCase("answer['content'] = nested")]
    [TestCase("answer['content'] = long")]
    [TestCase("answer = {Key(): 1, 'ready': False}")]
    public async Task CompleteAsync_DraftCannotBeRead_LastWordsCount(string code)
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block(Values + "\n" + code), "It is stormy."), new RlmOptions { MaxTurns = 1 });

        var result = await rlm.CompleteAsync(Book, "?");

        result.StopReason.ShouldBe(StopReason.Turns);
        result.Text.ShouldBe("It is stormy.");
    }

    [TestCase("(1, 2)")]
    [TestCase("True")]
    [TestCase("0")]
    [TestCase("1.5")]
    [TestCase("float('nan')")]
    [TestCase("{1}")]
    [TestCase("b'x'")]
    [TestCase("[1, float('nan')]")]
    [TestCase("{'a': (1, None)}")]
    [TestCase("{1: 'a', '1': 'b'}")]
    [TestCase("'é \\ud800 \"'")]
    [TestCase("'\\n\\t\\b\\\\u0041 \\x00 \\x7f \U0001F600 \\ud83d\\ude00'")]
    public async Task CompleteAsync_DraftAfterALimit_IsTheTextThatFinalGives(string value)
    {
        async Task<string> EndAsync(string code)
        {
            await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block(code), Block("1")), new RlmOptions { MaxTurns = 1 });
            return (await rlm.CompleteAsync(Book, "?")).Text;
        }

        (await EndAsync($"answer['content'] = {value}")).ShouldBe(await EndAsync($"FINAL({value})"));
    }
}
