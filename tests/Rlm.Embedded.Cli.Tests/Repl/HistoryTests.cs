using Rlm.Embedded.Cli.Repl.Editing;

namespace Rlm.Embedded.Cli.Tests.Repl;

internal sealed class HistoryTests
{
    [Test]
    public void Add_Cells_ComeBackFromTheFile()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "new", "history");
        string[] cells = ["x = 1", "def f():\n    return '\u65e5\"\\'\n", "\ud800", "x = 1"];
        History first = History.Open(file);
        History second = History.Open(file);

        foreach (string cell in cells)
        {
            first.Add(cell);
        }

        first.Add("x = 1");
        first.Add("  \n");
        second.Add("of another terminal");

        History.Open(file).Cells.ShouldBe(["x = 1", "def f():\n    return '\u65e5\"\\'", "x = 1", "of another terminal"]);
    }

    [Test]
    public void Open_FileThatIsLong_KeepsTheYoungest()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("history", string.Concat(Enumerable.Range(0, 3000).Select(number => $"\"cell {number}\"\n")) + "{half a line\n\"last\"\n");

        History history = History.Open(file);

        history.Cells.Count.ShouldBe(1000);
        history.Cells[^1].ShouldBe("last");
        File.ReadLines(file).Count().ShouldBe(500);
    }

    [TestCase("export PATH=x\n")]
    [TestCase("{\"a\": 1}\n")]
    [TestCase("\n\n")]
    public void Open_FileOfSomethingElse_LeavesItAlone(string text)
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("other", text);

        History history = History.Open(file);
        history.Add("x = 1");

        history.Problem.ShouldNotBeNull().ShouldContain("holds something else");
        history.Cells.ShouldBe(["x = 1"]);
        File.ReadAllText(file).ShouldBe(text);
    }

    [TestCase("/dev/null")]
    [TestCase("/no/such/\0folder/history")]
    [TestCase("/proc/history")]
    public void Open_WhereNoneCanBeKept_SaysSoAndGoesOn(string file)
    {
        History history = History.Open(file);
        history.Add("x = 1");

        history.Problem.ShouldNotBeNull().ShouldContain("RLM_HISTORY");
        history.Cells.ShouldBe(["x = 1"]);
    }
}
