using System.Text.RegularExpressions;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Tests.Engine;
using Shouldly;
using Spectre.Console;
using Spectre.Console.Testing;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.View;

/// <summary><c>options.UseConsole()</c>, as lines and as panels.</summary>
[TestFixture]
internal sealed partial class ConsoleViewTests
{
    private const string Hostile = "\e[31mred\e[0m \e]0;title\a [bold]markup[/] [/] [[x]] \u202Eturned\u202C \u2028 \u009B2J back\bspace 日本語 \U0001F600 \ud800";

    [Test]
    public async Task Lines_Run_SayWhatHappened()
    {
        var text = new StringWriter();

        await RunOneAsync(options => options.UseConsole(text));

        var lines = Times().Replace(text.ToString(), "T").Split('\n');
        lines.ShouldBe(
        [
            "run with root: What was the night like?",
            "context: str of 31 characters, loaded in T",
            "turn 1/30",
            "  | I look.",
            "  | ```repl",
            "  | x",
            "  | ```",
            "    sub-call to sub: \"piece\" (5 characters) -> \"said\" (4 characters), T",
            "  cell 1: ValueError: bad in T, printed 6 characters",
            "  | shown",
            "  | Traceback (most recent call last):",
            "  |   File \"cell\", line 1",
            "  | ValueError: bad",
            "turn 2/30",
            "  | ```repl",
            "  | y",
            "  | ```",
            "  cell 1: final answer in T",
            "answer:",
            "  | dark",
            lines[20],
            "",
        ]);
        lines[20].ShouldMatch(@"^FinalAnswer: 2 turns, 3 calls, 1 sub-call, [\d,]+ tokens of the root model, \d+ of sub-calls, T$");
    }

    [TestCase(60)]
    [TestCase(80)]
    [TestCase(200)]
    public async Task Panels_AnyWidth_StayWithinIt(int width)
    {
        var console = new TestConsole().Width(width);

        await RunOneAsync(options => options.UseConsole(console, ConsoleStyle.Panels), Hostile + string.Concat(Enumerable.Repeat(" long", 100)));

        console.Lines.ShouldAllBe(line => line.GetCellWidth() <= width);
        console.Output.ShouldContain("turn 1/30");
        console.Output.ShouldContain("I look.");
        console.Output.ShouldContain("ValueError");
        console.Output.ShouldContain("sub-call to sub");
        console.Output.ShouldContain("answer");
        console.Lines.Count(line => line.StartsWith('╭')).ShouldBe(6); // the question, two cells with code and outcome, the answer
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task AnyStyle_HostileText_DoesNothing(bool panels)
    {
        var console = new TestConsole().Width(200);

        await RunOneAsync(options => options.UseConsole(console, panels ? ConsoleStyle.Panels : ConsoleStyle.Lines), Hostile, Hostile);

        console.Output.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        console.Output.ShouldNotContain("\u202E");
        console.Output.ShouldNotContain("\u2028");
        console.Output.ShouldContain("\u241B[31mred");
        console.Output.ShouldContain("[bold]markup[/] [/] [[x]]");
        console.Output.ShouldContain("日本語 \U0001F600");
    }

    [Test]
    public async Task Lines_ManyLines_LeaveOutTheMiddle()
    {
        var text = new StringWriter();

        await RunOneAsync(options => options.UseConsole(text), string.Join('\n', Enumerable.Range(0, 10_000)) + new string('x', 100_000));

        text.ToString().ShouldContain("  | [9,960 lines left out]");
        text.ToString().ShouldContain("characters left out]");
        text.ToString().Length.ShouldBeLessThan(6_000);
    }

    [Test]
    public async Task Lines_RunsSideBySide_AreNumbered()
    {
        var text = new StringWriter();
        var options = Options(new FakeRepl { Default = _ => new CellResult { FinalAnswer = "1" } });
        options.UseConsole(text);
        using var both = new Barrier(2);
        var root = new ScriptedChatClient().Otherwise(_ =>
        {
            both.SignalAndWait(TimeSpan.FromSeconds(30));
            return Block("x");
        });
        await using var rlm = new RecursiveLanguageModel(root, options);

        await Task.WhenAll(Task.Run(() => rlm.CompleteAsync(Book, "one?")), Task.Run(() => rlm.CompleteAsync(Book, "two?")));

        text.ToString().ShouldContain("#1 ");
        text.ToString().ShouldContain("#2 ");
    }

    [Test]
    public async Task Lines_RunThatFails_SaysWhy()
    {
        var text = new StringWriter();
        var options = Options(new FakeRepl());
        options.UseConsole(text);
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient().ThenFail(new InvalidOperationException("down")), options);

        await Should.ThrowAsync<RlmModelException>(() => rlm.CompleteAsync(Book, "?"));

        text.ToString().ShouldContain("RlmModelException: ");
        text.ToString().ShouldContain("down");
    }

    [TestCase(true, null, null, null, true)]
    [TestCase(false, null, null, null, false)]
    [TestCase(true, "1", null, null, false)]
    [TestCase(true, null, "true", null, false)]
    [TestCase(true, null, null, "dumb", false)]
    [TestCase(true, "", "", "xterm", true)]
    public void Auto_Environment_DecidesTheStyle(bool terminal, string? noColor, string? ci, string? term, bool rich)
    {
        var console = new TestConsole { Profile = { Out = new Output(terminal), Capabilities = { Ansi = true } } };

        RlmConsole.IsRich(console, name => name switch { "NO_COLOR" => noColor, "CI" => ci, _ => term }).ShouldBe(rich);
    }

    private static async Task RunOneAsync(Action<RlmOptions> configure, string printed = "shown\n", string answer = "dark")
    {
        var root = ScriptedChatClient.Named("root").Then("I look.\n" + Block("x")).Then(Block("y"));
        var repl = new FakeRepl()
            .Then(async (fake, _, token) =>
            {
                await fake.SubCalls.CallAsync(Llm("piece"), token);
                return FakeRepl.Failure("ValueError", "bad") with { Stdout = printed };
            })
            .Answers(answer);
        await RunAsync(root, repl, options =>
        {
            options.SubModel = ScriptedChatClient.Named("sub").Otherwise(_ => "said");
            configure(options);
        });
    }

    [GeneratedRegex(@"\d+\.\d+ m?s")]
    private static partial Regex Times();

    private sealed class Output(bool terminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => TextWriter.Null;

        public bool IsTerminal => terminal;

        public int Width => 80;

        public int Height => 24;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
