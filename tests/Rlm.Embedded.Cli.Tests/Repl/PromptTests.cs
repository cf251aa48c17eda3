using System.Runtime.InteropServices;

namespace Rlm.Embedded.Cli.Tests.Repl;

/// <summary>`rlm repl` on a terminal.</summary>
public sealed partial class PromptTests
{
    [Test]
    public async Task Cells_TypedAndPasted_ShowWhatPythonsPromptShows()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();

        string greeting = await screen.ReadAsync();
        greeting.ShouldContain("Python 3.");
        greeting.ShouldContain("profile restricted");
        greeting.ShouldContain("llm_query echoes its prompt");

        await screen.RunAsync("6 * 7", "42");
        await screen.RunAsync("'a' + 'b'", "'ab'");
        await screen.RunAsync("None", ">>> None");
        await screen.RunAsync("print('text', end='')", "text");
        await screen.RunAsync("llm_query('said ' * 2)", "'said said '");
        await screen.RunAsync("1/0", "ZeroDivisionError: division by zero");

        // A block, indented by the prompt and ended by an empty line.
        await screen.TypeAsync("def double(x):");
        await screen.PressAsync("Enter");
        await screen.TypeAsync("y = 2 * x");
        await screen.PressAsync("Enter");
        await screen.TypeAsync("return y");
        await screen.PressAsync("Enter", "Enter");
        await screen.RunAsync("double(21) + 100", "142");

        // A function with an empty line inside is one cell.
        await screen.PasteAsync("def triple(x):\n    y = 3 * x\n\n    return y\n");
        await screen.WaitAsync("...     return y");
        await screen.PressAsync("Enter");
        await screen.RunAsync("triple(5) + 100", "115");

        await screen.PressAsync("C-d");
        await screen.WaitAsync("ENDED 0 echo");
    }

    [Test]
    public async Task Paste_WithoutBrackets_IsOneCellToo()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();

        await screen.TypeAsync("def triple(x):\n    y = 3 * x\n\n    return y\n\ntriple(5) + 100\n");

        await screen.WaitAsync("\n115\n");
    }

    [Test]
    public async Task Paste_TwoHundredLines_IsShownWholeAndRuns()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync(rows: 12);

        await screen.PasteAsync("total = 0\n" + string.Concat(Enumerable.Range(1, 200).Select(line => $"total += {line}  # line {line}\n\n")));
        await screen.WaitAsync("# line 200");
        await screen.PressAsync("Enter");
        string shown = await screen.RunAsync("total", "20100");

        Enumerable.Range(1, 200).All(line => shown.Contains($"... total += {line}  # line {line}\n", StringComparison.Ordinal)).ShouldBeTrue(shown);
        shown.Split('\n').Count(line => line.TrimEnd() == ">>> total = 0").ShouldBe(1, shown);
    }

    [Test]
    public async Task CtrlC_EndlessCell_StopsItAndKeepsTheVariables()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();

        await screen.RunAsync("kept = 40 + 1; kept", "41");
        await screen.TypeAsync("print('it ' + 'runs')");
        await screen.PressAsync("M-Enter");
        await screen.TypeAsync("while True: pass");
        await screen.PressAsync("Enter", "Enter");
        await screen.WaitAsync("\nit runs");
        await screen.PressAsync("C-c");
        await screen.WaitAsync("KeyboardInterrupt: the cell was stopped at line 2");
        await screen.RunAsync("kept + 1", "42");
        await screen.TypeAsync("exit");
        await screen.PressAsync("Enter");

        await screen.WaitAsync("ENDED 0 echo");
    }

    [Test]
    public async Task CtrlC_AtThePrompt_ClearsWhatIsWritten()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();

        await screen.TypeAsync("raise Nonsense");
        await screen.WaitAsync("raise Nonsense");
        await screen.PressAsync("C-c");
        await screen.WaitAsync(">>> raise Nonsense^C\n>>>");
        await screen.RunAsync("1 + 1", "2");

        (await screen.ReadAsync()).ShouldNotContain("NameError");
    }

    [TestCase("exit")]
    [TestCase("quit")]
    [TestCase("exit()")]
    [TestCase("quit()")]
    [TestCase("raise SystemExit")]
    public async Task Exit_InPythonsWays_EndsThePrompt(string way)
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();

        await screen.TypeAsync(way);
        await screen.PressAsync("Enter");

        await screen.WaitAsync("ENDED 0 echo");
    }

    [Test]
    public async Task Termination_AtThePrompt_GivesTheTerminalBackAndSaves()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "vars");
        await using TmuxScreen screen = await TmuxScreen.PromptAsync($"repl --save {file}");
        await screen.RunAsync("kept = 42; kept", "42");

        _ = Kill(await screen.ProcessAsync(), 15);
        await screen.WaitAsync("ENDED 130 echo");
        Outcome next = await ToolProcess.RunAsync(["repl", "--restore", file], "print(kept)"u8.ToArray());

        next.Out.ShouldBe("42\n", next.ToString());
    }

    [Test]
    public async Task History_OfEarlierStarts_ComesBack()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "sub", "history");
        await using (TmuxScreen first = await TmuxScreen.PromptAsync(history: file))
        {
            await first.RunAsync("'first ' + 'cell'", "'first cell'");
            await first.RunAsync("'second ' + 'cell'", "'second cell'");
            await first.PressAsync("C-d");
            await first.WaitAsync("ENDED 0");
        }

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using TmuxScreen screen = await TmuxScreen.PromptAsync(history: file);
        await screen.PressAsync("Up");
        await screen.WaitAsync(">>> 'second ' + 'cell'");
        await screen.PressAsync("Up");
        await screen.WaitAsync(">>> 'first ' + 'cell'");
        await screen.PressAsync("Down", "Down");
        await screen.WaitAsync(lines => lines[^1] == ">>>", "an empty prompt");
        await screen.PressAsync("C-r");
        await screen.TypeAsync("first");
        await screen.WaitAsync("(search) first: 'first ' + 'cell'");
        await screen.PressAsync("Enter");
        await screen.WaitAsync("\n'first cell'\n");
    }

    [Test]
    public async Task History_SwitchedOff_IsNotWritten()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "history");
        await using TmuxScreen screen = await TmuxScreen.PromptAsync("repl --no-history", history: file);

        await screen.RunAsync("1 + 1", "2");

        File.Exists(file).ShouldBeFalse();
    }

    [Test]
    public async Task Tab_VariableAndAttribute_AreCompletedWithoutRunningProperties()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();
        await screen.PasteAsync("class Trap:\n    reached = 0\n    @property\n    def depth(self):\n        Trap.reached += 1\n        return llm_query('x')\n\nmeasured_value = Trap()\n");
        await screen.WaitAsync("... measured_value = Trap()");
        await screen.PressAsync("Enter");
        await screen.RunAsync("'made'", "'made'");

        await screen.TypeAsync("measu");
        await screen.PressAsync("Tab");
        await screen.WaitAsync(">>> measured_value");
        await screen.TypeAsync(".de");
        await screen.PressAsync("Tab");
        await screen.WaitAsync(">>> measured_value.depth");
        await screen.PressAsync("C-c");
        await screen.RunAsync("Trap.reached", "0");

        // What there is several of is listed.
        await screen.TypeAsync("context.is");
        await screen.PressAsync("Tab");
        await screen.WaitAsync("isalnum");
        await screen.WaitAsync(lines => lines[^1] == ">>> context.is", "the line again below the list");
    }

    [Test]
    public async Task Tab_CodeThatDoesNotEnd_IsGivenUp()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();
        await screen.PasteAsync("class Endless:\n    def __dir__(self):\n        while True: pass\n\nendless = Endless()\n");
        await screen.WaitAsync("... endless = Endless()");
        await screen.PressAsync("Enter");
        await screen.RunAsync("'made'", "'made'");

        await screen.TypeAsync("endless.");
        await screen.PressAsync("Tab", "C-c");

        await screen.RunAsync("1 + 1", "2");
    }

    [TestCase(60)]
    [TestCase(80)]
    [TestCase(200)]
    public async Task Line_WiderThanTheScreen_WrapsAndIsEdited(int columns)
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync(columns: columns);
        string text = string.Concat(Enumerable.Repeat("\u65e5\u672c\u8a9e caf\u00e9 \U0001F642 ", 30));

        await screen.TypeAsync($"len('{text}')");
        await screen.PressAsync("Home");
        await screen.TypeAsync("1 + ");
        await screen.PressAsync("End", "M-Left", "M-Right", "Left", "Left", "BSpace", "End");
        await screen.PressAsync("Enter");
        await screen.WaitAsync($"\n{(text.Length - 30) + 1 - 1}\n");

        // The last accent is gone. Rows are full but for a wide character that does not fit, and begin where they should.
        string shown = await screen.ReadAsync();
        string flat = shown.Replace("\n", "", StringComparison.Ordinal);
        flat.ShouldContain($">>> 1 + len('{text.Remove(text.LastIndexOf('\u00e9'), 1)}')");
        shown.Split('\n').Count(line => line.Contains("1 + len(", StringComparison.Ordinal)).ShouldBe(1, shown);
    }

    [Test]
    public async Task Resize_WhileALineIsWritten_KeepsItWhole()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync(columns: 80);
        string sum = string.Join(" + ", Enumerable.Range(1, 40));
        await screen.TypeAsync(sum);
        await screen.WaitAsync("+ 40");

        await screen.ResizeAsync(60, 30);
        await screen.TypeAsync(" + 1000");
        await screen.WaitAsync("1000");
        await screen.ResizeAsync(120, 30);
        await screen.TypeAsync(" + 10000");
        await screen.WaitAsync("10000");
        await screen.PressAsync("Enter");
        string shown = await screen.WaitAsync("\n11820\n");

        shown.Replace("\n", "", StringComparison.Ordinal).ShouldContain($">>> {sum} + 1000 + 10000");
        shown.Split('\n').Count(line => line.StartsWith(">>> 1 +", StringComparison.Ordinal)).ShouldBe(1, shown);
    }

    [Test]
    public async Task CtrlL_ClearsTheScreenAndKeepsTheLine()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();
        await screen.RunAsync("1 + 1", "2");

        await screen.TypeAsync("40 + 2");
        await screen.PressAsync("C-l");
        await screen.WaitAsync(lines => lines[^1] == ">>> 40 + 2", "the line");
        (await screen.CursorAsync()).ShouldBe((10, 0));
        await screen.PressAsync("Enter");
        await screen.WaitAsync("\n42\n");
    }

    [Test]
    public async Task Terminal_ThatCannotMoveItsCursor_HasAPlainPrompt()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync(variables: "TERM=dumb");

        (await screen.ReadAsync()).ShouldNotContain("Tab completes");
        await screen.RunAsync("kept = 20 + 1; kept", "21");
        await screen.TypeAsync("def double(x):\n    return 2 * x\n\n");
        await screen.RunAsync("double(kept)", "42");
        await screen.TypeAsync("raise Nonsense");
        await screen.WaitAsync("raise Nonsense");
        await screen.PressAsync("C-c");
        await screen.WaitAsync("Nonsense^C\n>>>");
        await screen.TypeAsync("print('it ' + 'runs')\nwhile True: pass\n\n");
        await screen.WaitAsync("it runs");
        await screen.PressAsync("C-c");
        await screen.WaitAsync("KeyboardInterrupt");
        await screen.RunAsync("kept * 3", "63");
        await screen.PressAsync("C-d");

        await screen.WaitAsync("ENDED 0 echo");
    }

    [TestCase("", true)]
    [TestCase("NO_COLOR=1", false)]
    public async Task Traceback_OnATerminal_IsColouredUnlessNotWanted(string variables, bool coloured)
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync(variables: variables);

        await screen.RunAsync("1/0", "ZeroDivisionError");

        (await screen.ReadAsync(colors: true)).Contains("\e[31mZeroDivisionError", StringComparison.Ordinal).ShouldBe(coloured);
    }

    [Test]
    public async Task Output_ThatIsLong_ShowsHeadMarkAndTail()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync("repl --max-output 40");

        await screen.RunAsync("print('a' * 30 + 'b' * 100 + 'c' * 30)", "cccccccccc");
        string shown = await screen.ReadAsync();

        shown.ShouldContain("\naaaaaaaaaaaaaaaaaaaa\n... [121 characters left out;");
        shown.ShouldContain("] ...\nccccccccccccccccccc\n");
    }

    [Test]
    public async Task Output_OfARunningCell_IsShownAtOnce()
    {
        await using TmuxScreen screen = await TmuxScreen.PromptAsync();

        await screen.TypeAsync("print('it ' + 'runs')");
        await screen.PressAsync("M-Enter");
        await screen.TypeAsync("while True: pass");
        await screen.PressAsync("Enter", "Enter");

        await screen.WaitAsync("\nit runs\n");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
