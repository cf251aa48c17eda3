using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplOutputTests : ReplTest
{
    [TestCase("print('a')", "a\n")]
    [TestCase("print()", "\n")]
    [TestCase("print(1, None, [2], 'x')", "1 None [2] x\n")]
    [TestCase("print(1, 2, sep='-')", "1-2\n")]
    [TestCase("print(1, 2, sep='')", "12\n")]
    [TestCase("print(1, 2, sep=None, end=None)", "1 2\n")]
    [TestCase("print('a', end='')\nprint('b', end='!')", "ab!")]
    [TestCase("print('a', flush=True)", "a\n")]
    [TestCase("print('a', file=None)", "a\n")]
    [TestCase("print(*range(3), sep='\\n')", "0\n1\n2\n")]
    [TestCase("print('a\\0b\\r\\n')", "a\0b\r\n\n")]
    [TestCase("print('\\U0001F600', '\\u20ac', '\\xe9')", "\U0001F600 \u20ac \u00e9\n")]
    public async Task Stdout_Print_IsAsInCPython(string code, string expected) => (await PrintedAsync(code)).ShouldBe(expected);

    [TestCase("import sys\nprint('a', file=sys.stdout)", "a\n")]
    [TestCase("import sys\nn = sys.stdout.write('abc')\nprint(n)", "abc3\n")]
    [TestCase("import sys\nsys.stdout.writelines(['a', 'b'])", "ab")]
    [TestCase("import sys\nsys.stdout.flush()\nprint(sys.stdout.isatty(), sys.stdout.encoding)", "False utf-8\n")]
    [TestCase("import io\nf = io.StringIO()\nprint('a', 1, file=f)\nprint(repr(f.getvalue()))", "'a 1\\n'\n")]
    [TestCase("import io, contextlib\nf = io.StringIO()\nwith contextlib.redirect_stdout(f):\n    print('in')\nprint('out', repr(f.getvalue()))", "out 'in\\n'\n")]
    [TestCase("import pprint\npprint.pprint({'a': 1})", "{'a': 1}\n")]
    public async Task Stdout_Streams_ReachTheCell(string code, string expected) => (await PrintedAsync(code)).ShouldBe(expected);

    [Test]
    public async Task Stdout_LoneSurrogate_IsKept() => (await PrintedAsync("print('\\ud800')")).ShouldBe("\ud800\n");

    [Test]
    public async Task Output_ListenerThrows_IsTheCellsFailureOnly()
    {
        bool throws = true;
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Output = _ => Listen() });

        (await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(repl, "x = 1\nprint(1)\nprint(2)"))).Message.ShouldBe("full");
        throws = false;
        (await RunAsync(repl, "x")).Stdout.ShouldBe("1\n");

        void Listen()
        {
            if (throws)
            {
                throw new InvalidOperationException("full");
            }
        }
    }

    [Test]
    public async Task Stderr_Written_IsApart()
    {
        CellResult result = await RunAsync("import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.stderr.write('more')");

        result.Stdout.ShouldBe("out\n4\n");
        result.Stderr.ShouldBe("err\nmore");
    }

    [Test]
    public async Task Stderr_Warning_IsThere()
    {
        CellResult result = await RunAsync("import warnings\nwarnings.warn('careful')");

        result.Error.ShouldBeNull();
        result.Stderr.ShouldContain("UserWarning: careful");
    }

    [TestCase("print(1, sep=5)", "TypeError")]
    [TestCase("print(1, end=5)", "TypeError")]
    [TestCase("print(1, color='red')", "TypeError")]
    [TestCase("import sys\nsys.stdout.write(5)", "TypeError")]
    [TestCase("class Bad:\n    def __str__(self): raise KeyError('no')\nprint('a', Bad())", "KeyError")]
    [TestCase("import sys\nsys.stdout.fileno()", "OSError")]
    public async Task Stdout_WrongArguments_AreErrors(string code, string type) => (await RunAsync(code)).Error!.Type.ShouldBe(type);

    [TestCase("1 + 1", "2\n")]
    [TestCase("'a'", "'a'\n")]
    [TestCase("x = 5\nx", "5\n")]
    [TestCase("x = 5; x * 2;", "10\n")]
    [TestCase("print('a')\n'b'", "a\n'b'\n")]
    [TestCase("[i for i in range(3)]", "[0, 1, 2]\n")]
    [TestCase("None", "")]
    [TestCase("x = 1", "")]
    [TestCase("print('a')", "a\n")]
    [TestCase("[1].append(2)", "")]
    [TestCase("x: int = 3\nx", "3\n")]
    [TestCase("x: int", "")]
    [TestCase("'''a\nb'''", "'a\\nb'\n")]
    [TestCase("(1,\n 2)", "(1, 2)\n")]
    [TestCase("w = 5\nf'{1:>{w}}'", "'    1'\n")]
    [TestCase("if True:\n    5", "")]
    [TestCase("def f(): 1; 2\nf()", "")]
    [TestCase("context", "''\n")]
    [TestCase("x = 1\r\nx\r\n", "1\n")]
    public async Task Stdout_LastBareExpression_IsItsRepr(string code, string expected) => (await PrintedAsync(code)).ShouldBe(expected);

    [Test]
    public async Task Stdout_ReprThatRaises_IsAnErrorAndTheSessionGoesOn()
    {
        CellResult result = await RunAsync("class Bad:\n    def __repr__(self): raise KeyError('no')\nb = Bad()\nb");

        result.Error!.Type.ShouldBe("KeyError");
        (await PrintedAsync("type(b).__name__")).ShouldBe("'Bad'\n");
    }

    [Test]
    public async Task Stdout_OverTheLimit_KeepsHeadAndTailWithACount()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { OutputCharacters = 100 } });

        CellResult result = await RunAsync(repl, "print('a' * 500 + 'z' * 500, end='')");

        result.Error.ShouldBeNull();
        result.Stdout.ShouldBe($"{new string('a', 50)}\n... [900 characters left out; to see them print a slice, such as print(x[50:150])] ...\n{new string('z', 50)}");
    }

    [Test]
    public async Task Stdout_ManyPrintsOverTheLimit_KeepsHeadAndTailWithACount()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { OutputCharacters = 20 } });

        CellResult result = await RunAsync(repl, "for i in range(1000): print(i)");

        result.Stdout.ShouldStartWith("0\n1\n2\n3\n4\n\n... [3,870 characters left out; to see them print a slice, such as print(x[10:30])] ...\n");
        result.Stdout.ShouldEndWith("\n998\n999\n");
    }

    [Test]
    public async Task Stopped_OutputWithoutEnd_IsOutput()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { OutputCharacters = 100, OutputTotal = 10_000 } });

        CellResult result = await RunAsync(repl, "kept = 1\nwhile True: print('spam')");

        result.Stopped.ShouldBe(CellStop.Output);
        result.Error!.Type.ShouldBe("OutputError");
        result.Error.Line.ShouldBe(2);
        result.Error.Message.ShouldContain("variables");
        (await RunAsync(repl, "kept")).Stdout.ShouldBe("1\n");
    }

    [Test]
    public async Task Stdout_OfOneCell_IsNotInTheNext()
    {
        await RunAsync("print('first')");

        (await PrintedAsync("print('second')")).ShouldBe("second\n");
    }

    [Test]
    public async Task Stdin_Read_IsAtItsEnd()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });

        (await RunAsync(repl, "import sys\nprint(repr(sys.stdin.read()), repr(sys.stdin.readline()), list(sys.stdin))")).Stdout.ShouldBe("'' '' []\n");
        (await RunAsync(repl, "input()")).Error!.Type.ShouldBe("EOFError");
    }
}
