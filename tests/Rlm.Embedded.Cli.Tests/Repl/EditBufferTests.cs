using Rlm.Embedded.Cli.Repl.Editing;

namespace Rlm.Embedded.Cli.Tests.Repl;

internal sealed class EditBufferTests
{
    [TestCase("a\u0301", 0)]
    [TestCase("x\U0001F642", 1)]
    [TestCase("x\U0001F468\u200D\U0001F469\u200D\U0001F467", 1)]
    [TestCase("x\n", 1)]
    public void Backspace_WhatIsSeenAsOneCharacter_IsErasedAtOnce(string text, int left)
    {
        EditBuffer buffer = new();
        buffer.Set(text);

        buffer.Backspace();

        buffer.Text.Length.ShouldBe(left);
        buffer.Cursor.ShouldBe(left);
    }

    [TestCase("if x:", "if x:\n    ")]
    [TestCase("    return x", "    return x\n")]
    [TestCase("        pass", "        pass\n    ")]
    [TestCase("    y = 1", "    y = 1\n    ")]
    [TestCase("    y = 1\n    ", "    y = 1\n\n    ")]
    [TestCase("returned = 1", "returned = 1\n")]
    public void InsertLine_AsPythonIsWritten_IsIndented(string text, string expected)
    {
        EditBuffer buffer = new();
        buffer.Set(text);

        buffer.InsertLine(indent: true);

        buffer.Text.ShouldBe(expected);
    }

    [Test]
    public void UpAndDown_LinesOfSeveralLengths_KeepWithinThem()
    {
        EditBuffer buffer = new();
        buffer.Set("first line\nx\nlast line");

        buffer.Up();
        buffer.BeforeCursor.ToString().ShouldBe("x");
        buffer.Up();
        buffer.BeforeCursor.ToString().ShouldBe("f");
        buffer.IsOnFirstLine.ShouldBeTrue();
        buffer.Down();
        buffer.Down();
        buffer.BeforeCursor.ToString().ShouldBe("l");
        buffer.IsOnLastLine.ShouldBeTrue();
    }

    [Test]
    public void PutBack_WhatWasErased_ComesBack()
    {
        EditBuffer buffer = new();
        buffer.Set("one two_2\nthree");

        buffer.Up();
        buffer.End();
        buffer.EraseWordLeft();
        buffer.Text.ShouldBe("one \nthree");
        buffer.Home();
        buffer.PutBack();

        buffer.Text.ShouldBe("two_2one \nthree");
    }

    [TestCase("x = re.fi", "re", "fi", true)]
    [TestCase("print(conte", "", "conte", true)]
    [TestCase("df.columns.", "df.columns", "", true)]
    [TestCase("f(1).a", "", "", false)]
    [TestCase("x[0].a", "", "", false)]
    [TestCase("1.", "", "", false)]
    [TestCase("x..a", "", "", false)]
    [TestCase("f(", "", "", false)]
    public void TryFind_NameBeforeTheCursor_IsFoundWhereNothingIsRunForIt(string line, string owner, string begun, bool isFound)
    {
        Completion.TryFind(line, out string foundOwner, out string foundBegun).ShouldBe(isFound);
        if (isFound)
        {
            foundOwner.ShouldBe(owner);
            foundBegun.ShouldBe(begun);
        }
    }

    [TestCase(60)]
    [TestCase(80)]
    [TestCase(200)]
    [TestCase(10)]
    public void InColumns_ManyNames_FitTheScreen(int width)
    {
        string[] names = [.. Enumerable.Range(1, 250).Select(number => $"a_name_{number}")];

        string[] lines = Completion.InColumns(names, width).Split("\r\n");

        lines[..^1].ShouldAllBe(line => line.Length <= width);
        lines[^1].ShouldBe("... and 50 more; type on");
    }
}
