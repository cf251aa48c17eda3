using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

[TestFixture]
internal sealed partial class LineScannerTests
{
    [TestCase("", 0, 0, 0, 0, 0)]
    [TestCase("a", 1, 1, 0, 0, 0)]
    [TestCase("\n", 1, 0, 1, 0, 0)]
    [TestCase("ab\r\nc", 2, 2, 0, 1, 0)]
    [TestCase("a\rbcd\r\r\ne\n\r", 5, 3, 1, 1, 3)]
    [TestCase("a\n\rb", 3, 1, 1, 0, 1)]
    public void AddText_Text_CountsLinesAndTheirEnds(string text, long count, long longest, long feeds, long pairs, long returns) =>
        Scan(text).ShouldBe(new TextLines(count, longest, feeds, pairs, returns));

    [Test]
    public void AddText_SeveralTexts_EndEachByItself()
    {
        LineScanner scanner = default;
        scanner.AddText<ushort>("ab\r"u8.ToArray().Select(b => (ushort)b).ToArray());
        scanner.AddText<byte>("\ncd"u8);

        scanner.Lines.ShouldBe(new TextLines(3, 2, 1, 0, 1));
    }

    /// <summary>Ends of every kind at every place of a block of 64, in characters of one, two and four bytes.</summary>
    [Test]
    public void AddText_RandomTexts_EqualsTheRegexOfALine()
    {
        var random = new Random(9);
        for (var i = 0; i < 20_000; i++)
        {
            var ends = random.Next(1, 90);
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 400)).Select(_ => random.Next(0, ends) switch { 0 => "\n", 1 => "\r\n", 2 => "\r", _ => "x" }));
            var expected = Expected(text);

            Scan(text).ShouldBe(expected, text);
            LineScanner narrow = default;
            narrow.AddText<byte>(text.Select(c => (byte)c).ToArray());
            narrow.Lines.ShouldBe(expected, text);
            LineScanner wide = default;
            wide.AddText<uint>(text.Select(c => (uint)c).ToArray());
            wide.Lines.ShouldBe(expected, text);
        }
    }

    private static TextLines Scan(string text)
    {
        LineScanner scanner = default;
        scanner.AddText<ushort>(MemoryMarshal.Cast<char, ushort>(text));
        return scanner.Lines;
    }

    private static TextLines Expected(string text)
    {
        var lines = Line().Matches(text).Where(line => line.Length > 0).ToArray();
        return new TextLines(
            lines.Length,
            lines.Length == 0 ? 0 : lines.Max(line => line.Groups["text"].Length),
            Ends("\n"),
            Ends("\r\n"),
            Ends("\r"));

        long Ends(string end) => lines.Count(line => line.Groups["end"].Value == end);
    }

    [GeneratedRegex(@"(?<text>[^\r\n]*)(?<end>\r\n|\r|\n|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
