using Rlm.Embedded.Cli.Repl.Editing;

namespace Rlm.Embedded.Cli.Tests.Repl;

internal sealed class LayoutTests
{
    [TestCase("a", 1)]
    [TestCase("\u00e9", 1)]
    [TestCase("e\u0301", 1)]
    [TestCase("\u65e5", 2)]
    [TestCase("\uff21", 2)]
    [TestCase("\U0001F642", 2)]
    [TestCase("\u2764\uFE0F", 2)]
    [TestCase("\U0001F468\u200D\U0001F469\u200D\U0001F467", 2)]
    public void Width_OneCharacter_IsWhatTerminalsGiveIt(string text, int width) => Layout.Width(text).ShouldBe(width);

    [Test]
    public void Layout_WideCharacterThatDoesNotFit_BeginsTheNextRow()
    {
        Layout layout = new(">>> ", "... ", "a\u65e5\u672c", 3, 7);

        layout.Rows.Select(row => row.Text).ShouldBe([">>> a\u65e5", "\u672c"]);
        (layout.CursorRow, layout.CursorColumn).ShouldBe((1, 2));
    }

    [Test]
    public void Layout_CursorBehindAFullRow_StandsInTheNext()
    {
        Layout layout = new(">>> ", "... ", "abc", 3, 7);

        layout.Rows.Count.ShouldBe(2);
        (layout.CursorRow, layout.CursorColumn).ShouldBe((1, 0));
    }

    [Test]
    public void Layout_LinesTabsAndControls_AreShownWithoutBeingObeyed()
    {
        Layout layout = new(">>> ", "... ", "a:\n\tb\u001b[2J", 0, 40);

        layout.Rows.Select(row => row.Text).ShouldBe([">>> a:", "...     b\u241b[2J"]);
        (layout.CursorRow, layout.CursorColumn).ShouldBe((0, 4));
    }

    [Test]
    public void Layout_AnyTextAndWidth_NeverPassesTheEdge()
    {
        Random random = new(7);
        string[] pieces = ["a", " ", "\t", "\n", "\u65e5", "\U0001F642", "e\u0301", "\u200b", "\ud800", "\u0007"];
        for (int round = 0; round < 500; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(0, 60)).Select(_ => pieces[random.Next(pieces.Length)]));
            int width = random.Next(2, 30);
            Layout layout = new(">>> ", "... ", text, random.Next(0, text.Length + 1) is var at && at < text.Length ? 0 : at, width);

            layout.Rows.ShouldAllBe(row => row.Width <= width);
            layout.CursorRow.ShouldBeLessThan(layout.Rows.Count);
            layout.CursorColumn.ShouldBeLessThan(width);
        }
    }
}
