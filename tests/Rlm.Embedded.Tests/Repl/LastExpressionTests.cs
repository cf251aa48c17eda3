using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class LastExpressionTests
{
    [TestCase("x", "x")]
    [TestCase("x\n", "x\n")]
    [TestCase("a = 1\nx", "x")]
    [TestCase("a = 1\r\nx\r\n", "x\r\n")]
    [TestCase("a = 1; x", "x")]
    [TestCase("a = 1 ;  x ; ", "x ; ")]
    [TestCase("x  # shown", "x  # shown")]
    [TestCase("x\n# done", "x\n# done")]
    [TestCase("x\n\n   # done\n\t\n", "x\n\n   # done\n\t\n")]
    [TestCase("# only; x = 1\nx", "x")]
    [TestCase("foo(\n  1,\n  2,\n)", "foo(\n  1,\n  2,\n)")]
    [TestCase("[\n1,\n2\n]", "[\n1,\n2\n]")]
    [TestCase("{'a': 1,\n'b': 2}", "{'a': 1,\n'b': 2}")]
    [TestCase("x == 1", "x == 1")]
    [TestCase("x != 1", "x != 1")]
    [TestCase("x <= 1 >= y", "x <= 1 >= y")]
    [TestCase("f(a=1)", "f(a=1)")]
    [TestCase("(y := 5)", "(y := 5)")]
    [TestCase("(lambda a=1: a)(2)", "(lambda a=1: a)(2)")]
    [TestCase("sorted(x, key=lambda v, n=2: v * n)", "sorted(x, key=lambda v, n=2: v * n)")]
    [TestCase("'a = b; c # d'", "'a = b; c # d'")]
    [TestCase("\"it's\"", "\"it's\"")]
    [TestCase("'''a\nb = 1\n'''", "'''a\nb = 1\n'''")]
    [TestCase("s = '''a\nb\n'''\ns", "s")]
    [TestCase("s = r'\\'\nx", "x", Description = "a raw string may not end in a backslash, so this one goes on to the line's end")]
    [TestCase("s = 'a\\\nb'\ns", "s")]
    [TestCase("x = 1 + \\\n  2\nx", "x")]
    [TestCase("x = 1 + \\\r\n  2\r\nx", "x")]
    [TestCase("f'{x}'", "f'{x}'")]
    [TestCase("f'{d[\"k\"]} {{}} {x!r:>{w}}'", "f'{d[\"k\"]} {{}} {x!r:>{w}}'")]
    [TestCase("t = f'{f\"{x}\"}'\nt", "t")]
    [TestCase("t = f'{x['a']}'\nt", "t", Description = "the same quotes inside, from 3.12 on")]
    [TestCase("t = f'''{\nx\n}'''\nt", "t")]
    [TestCase("t = rf'{x}\\d'\nt", "t")]
    [TestCase("show(f\"{x:'>10}\")\nt", "t")]
    [TestCase("if x:\n    y\nz", "z")]
    [TestCase("def f():\n    return 1\nf()", "f()")]
    [TestCase("@d\ndef f():\n    pass\n\nf", "f")]
    [TestCase("await f()", "await f()")]
    [TestCase("not x", "not x")]
    [TestCase("format_x", "format_x")]
    [TestCase("returned", "returned")]
    [TestCase("x if y else z", "x if y else z")]
    [TestCase("[i for i in x]", "[i for i in x]")]
    [TestCase("-x", "-x")]
    [TestCase("...", "...")]
    [TestCase("x)\ny", "y")]
    [TestCase("\u00e9t\u00e9", "\u00e9t\u00e9")]
    public void Find_ExpressionAtTheEnd_IsItsStart(string source, string expected)
    {
        int start = LastExpression.Find(source);

        start.ShouldBeGreaterThanOrEqualTo(0);
        source[start..].ShouldBe(expected);
    }

    [TestCase("")]
    [TestCase("\n\n")]
    [TestCase("# nothing")]
    [TestCase("x = 1")]
    [TestCase("x += 1")]
    [TestCase("x >>= 1")]
    [TestCase("x <<= 1")]
    [TestCase("x //= 2")]
    [TestCase("x = y == 2")]
    [TestCase("x[0] = 1")]
    [TestCase("a, b = b, a")]
    [TestCase("y; x = 1")]
    [TestCase("import os")]
    [TestCase("from a import b")]
    [TestCase("del x")]
    [TestCase("pass")]
    [TestCase("assert x")]
    [TestCase("raise x")]
    [TestCase("global x")]
    [TestCase("if x: y")]
    [TestCase("if x: y; z")]
    [TestCase("for i in x: i; y")]
    [TestCase("def f(): a; b")]
    [TestCase("class A: x = 1; x")]
    [TestCase("with a: b; c")]
    [TestCase("if x:\n    y")]
    [TestCase("if x:\n    y\nelse:\n    z\n")]
    [TestCase("if x:\n\ty\n# done\n")]
    [TestCase("def f():\n    x\n\n\n")]
    [TestCase("for i in x:\n    pass\nelse: z")]
    [TestCase("try:\n    x\nfinally:\n    y")]
    [TestCase("while x:\r\n    y\r\n")]
    [TestCase("@d\nclass A: pass")]
    [TestCase("print('x')")]
    [TestCase("    x")]
    public void Find_NoExpressionAtTheEnd_IsMinusOne(string source) => LastExpression.Find(source).ShouldBe(-1);

    [Test]
    public void Find_AnyText_Ends()
    {
        Random random = new(7);
        const string Alphabet = "ab=;:#'\"\\\n\r \t(){}[]f@!,";
        for (int i = 0; i < 20_000; i++)
        {
            string source = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

            LastExpression.Find(source).ShouldBeInRange(-1, Math.Max(source.Length - 1, -1));
        }
    }
}
