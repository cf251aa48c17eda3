using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

[TestFixture]
internal sealed class ResponseParserProperties
{
    /// <summary>What replies are broken with.</summary>
    private static readonly string[] Shards =
    [
        "```", "```repl", "```python\n", "~~~", "~~~py\n", "````", "\n", "\r\n", " ", "\t", "    ", "'", "\"", "'''", "\"\"\"", "\\", "(", ")", "[", "{", "}",
        "#", "<think>", "</think>", "<thinking>", "FINAL(", "FINAL_VAR(", "FINAL", ")\n", "x = 1\n", "print(x)", "for i in y:\n", "the answer", "{{x}}", "\0", "\ud800", "é", "`", "$", "42", ".",
    ];

    /// <summary>Statements that are whole in themselves.</summary>
    private static readonly string[] Statements =
    [
        "x = 1", "print(context[:10])", "for i in range(3):\n    print(i)", "s = '```'", "# a comment with ``` and '''", "p = \"\"\"\n```\ncode\n```\n\"\"\"",
        "q = '''<think>\nno\n</think>'''", "t = f'{x}'", "d = {\n  'a': 1,\n}", "u = r'\\d+'", "v = 'it\\'s'", "if x:\n\n    y = '''\n  raw\n'''", "print('FINAL(1)')",
    ];

    private static readonly Arbitrary<string> Garbage =
        Gen.Elements(Shards).ListOf().Select(string.Concat).ToArbitrary();

    private static readonly Arbitrary<string[]> Code =
        Gen.Elements(Statements).NonEmptyListOf().Select(s => s.ToArray()).ToArbitrary();

    [Test]
    public void Parse_AnyText_NeverThrows() =>
        Check(Prop.ForAll(Garbage, text => ResponseParser.Parse(text).Blocks.All(b => !string.IsNullOrWhiteSpace(b))), 5000);

    [Test]
    public void Parse_AnyUnicode_NeverThrows() =>
        Check(Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => ResponseParser.Parse(text).Blocks is not null), 1000);

    [Test]
    public void Parse_NoFence_NeverGivesCode() =>
        Check(Prop.ForAll(Garbage, text => ResponseParser.Parse(text.Replace('`', '\'').Replace('~', '-')).Blocks.Count == 0), 2000);

    [Test]
    public void Parse_FencedCode_ComesBackAsItIs() =>
        Check(Prop.ForAll(Code, statements =>
        {
            var code = string.Join('\n', statements);
            return ResponseParser.Parse($"I look.\n```repl\n{code}\n```\nThen.").Blocks.SequenceEqual([code]);
        }), 2000);

    [Test]
    public void Parse_ManyBlocks_ComeBackInOrder() =>
        Check(Prop.ForAll(Code, statements =>
            ResponseParser.Parse(string.Join("\nthen\n", statements.Select(s => $"```python\r\n{s}\r\n```"))).Blocks
                .SequenceEqual(statements.Select(s => s.ReplaceLineEndings("\n")))), 2000);

    [Test]
    public void Parse_UnclosedFence_LosesNothing() =>
        Check(Prop.ForAll(Code, statements =>
        {
            var code = string.Join('\n', statements);
            return ResponseParser.Parse("```repl\n" + code).Blocks.SequenceEqual([code]);
        }), 2000);

    [Test]
    public void Parse_ThinkingInFront_ChangesNoCode() =>
        Check(Prop.ForAll(Code, statements =>
        {
            var reply = $"```repl\n{string.Join('\n', statements)}\n```";
            return ResponseParser.Parse("<think>\nmaybe\n```repl\nbad()\n```\n</think>\n" + reply).Blocks.SequenceEqual(ResponseParser.Parse(reply).Blocks);
        }), 1000);

    [Test]
    public void Parse_LongHostileText_IsLinear()
    {
        // Not a time: a quadratic parser would not end.
        foreach (var shard in (string[])["```repl\nx = '''\n```\n", "FINAL(\"\"\"\n", "<think>\n", "```\n'''\n", "FINAL((\n", "```repl\nf((((\n"])
        {
            ResponseParser.Parse(string.Concat(Enumerable.Repeat(shard, 100_000 / shard.Length))).Visible.ShouldNotBeNull();
        }
    }

    private static void Check(Property property, int count) =>
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(count));
}
