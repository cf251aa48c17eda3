using System.Text;
using Rlm.Embedded.Cli.Repl.Editing;

namespace Rlm.Embedded.Cli.Tests.Repl;

internal sealed class KeyParserTests
{
    [TestCase("\r", "Enter")]
    [TestCase("\n", "Enter")]
    [TestCase("\e[A", "Up")]
    [TestCase("\eOB", "Down")]
    [TestCase("\e[1;3D", "WordLeft")]
    [TestCase("\e[1;5C", "WordRight")]
    [TestCase("\e\e[D", "WordLeft")]
    [TestCase("\eb", "WordLeft")]
    [TestCase("\ef", "WordRight")]
    [TestCase("\e[1~", "Home")]
    [TestCase("\eOF", "End")]
    [TestCase("\e[3~", "Delete")]
    [TestCase("\e[3;5~", "EraseWordRight")]
    [TestCase("\e\u007f", "EraseWordLeft")]
    [TestCase("\e\r", "NewLine")]
    [TestCase("\e[13;2u", "NewLine")]
    [TestCase("\e[27;2;13~", "NewLine")]
    [TestCase("\e[99;99Q", "Nothing")]
    [TestCase("\u0003", "Interrupt")]
    [TestCase("\u0004", "EndOfInput")]
    [TestCase("\u000c", "Redraw")]
    [TestCase("\u0012", "Search")]
    [TestCase("\t", "Tab")]
    public void TryNext_Sequence_IsOneKeyHoweverItIsCut(string sequence, string kind)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(sequence);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            KeyParser parser = new();
            parser.Feed(bytes.AsSpan(0, cut));
            parser.TryNext(out _).ShouldBeFalse($"cut at {cut}");
            parser.Feed(bytes.AsSpan(cut));

            parser.TryNext(out Key key).ShouldBeTrue();
            key.Kind.ToString().ShouldBe(kind);
            parser.HasMore.ShouldBeFalse();
        }
    }

    [Test]
    public void TryNext_EscapeAlone_IsTakenWhenNothingFollows()
    {
        KeyParser parser = new();
        parser.Feed("\e"u8);

        parser.TryNext(out _).ShouldBeFalse();
        parser.TryNext(out Key key, settled: true).ShouldBeTrue();
        key.Kind.ShouldBe(KeyKind.Escape);
    }

    [TestCase("caf\u00e9 \u65e5\U0001F642")]
    [TestCase("line\r\nline\n\n\tindented \e[31m \u0003")]
    public void TryNext_Paste_IsOneKeyHoweverItIsCut(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"\e[200~{text}\e[201~x");
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            KeyParser parser = new();
            parser.Feed(bytes.AsSpan(0, cut));
            bool early = parser.TryNext(out Key key);
            parser.Feed(bytes.AsSpan(cut));

            (early || parser.TryNext(out key)).ShouldBeTrue($"cut at {cut}");
            key.ShouldBe(new Key(KeyKind.Paste, text.ReplaceLineEndings("\n")));
            parser.TryNext(out key).ShouldBeTrue();
            key.ShouldBe(new Key(KeyKind.Text, "x"));
        }
    }

    [Test]
    public void TryNext_TextCutInsideACharacter_WaitsForTheRest()
    {
        KeyParser parser = new();
        byte[] bytes = Encoding.UTF8.GetBytes("a\U0001F642");
        parser.Feed(bytes.AsSpan(0, 3));
        parser.TryNext(out Key first).ShouldBeTrue();
        first.ShouldBe(new Key(KeyKind.Text, "a"));
        parser.TryNext(out _).ShouldBeFalse();
        parser.Feed(bytes.AsSpan(3));

        parser.TryNext(out Key second).ShouldBeTrue();
        second.ShouldBe(new Key(KeyKind.Text, "\U0001F642"));
    }

    [Test]
    public void TryNext_AnyBytes_EndsWithKeysAndNothingLeft()
    {
        Random random = new(42);
        for (int round = 0; round < 2000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            KeyParser parser = new();
            parser.Feed(bytes);

            int keys = 0;
            while (parser.TryNext(out Key key, settled: true))
            {
                keys++;
                (key.Text ?? "").ShouldNotContain("\e[31m");
            }

            keys.ShouldBeLessThanOrEqualTo(bytes.Length);
            parser.HasMore.ShouldBeFalse(Convert.ToHexString(bytes));
        }
    }
}
