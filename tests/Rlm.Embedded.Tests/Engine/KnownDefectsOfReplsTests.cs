using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.KnownDefects;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>What other systems' REPLs get wrong. Each test is named after the defect, and shows that it is not here.</summary>
[TestFixture]
internal sealed class KnownDefectsOfReplsTests
{
    // What reaches files, the terminal or a debugger is closed in a Restricted session, and answers with a reason.
    private const string AllBuiltins = """
        ArithmeticError AssertionError AttributeError BaseException BufferError BytesWarning DeprecationWarning EOFError Ellipsis Exception False
        FileNotFoundError FloatingPointError GeneratorExit IOError ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError
        MemoryError ModuleNotFoundError NameError None NotImplemented NotImplementedError OSError OverflowError PermissionError RecursionError
        ReferenceError RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SystemExit TimeoutError True TypeError
        UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UserWarning ValueError Warning ZeroDivisionError __build_class__
        __import__ abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict dir divmod enumerate
        eval exec filter float format frozenset getattr globals hasattr hash hex id int isinstance issubclass iter len list locals map max
        memoryview min next object oct ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super
        tuple type vars zip
        """;

    [Test]
    public async Task ClassStatementsMissing()
    {
        var result = await RunAsync("""
            class Animal:
                def __init__(self, name): self.name = name
                def speak(self): return self.name
            class Dog(Animal):
                def speak(self): return super().speak() + '!'
            """, "FINAL(Dog('Rex').speak())");

        result.Text.ShouldBe("Rex!");
    }

    [Test]
    public async Task SixtyBuiltinsMissing()
    {
        var result = await RunAsync($"""
            names = '''{AllBuiltins}'''.split()
            missing = []
            for name in names:
                if name in ('True', 'False', 'None'):
                    continue
                try:
                    eval(name)
                except Exception as e:
                    missing.append(name)
            FINAL(f'{"{len(names)}"} {"{missing}"}')
            """);

        result.Text.ShouldEndWith(" []");
        int.Parse(result.Text.Split(' ')[0]).ShouldBeGreaterThan(110);
    }

    [Test]
    public async Task VariablesLostOnAnException()
    {
        var result = await RunAsync("found = [1, 2]\nclass C: pass\nfound.append(3)\nraise ValueError('no')", "FINAL(str(found) + C.__name__)");

        result.Text.ShouldBe("[1, 2, 3]C");
        result.Trajectory[0].Cells[0].Result.Error!.Type.ShouldBe("ValueError");
    }

    [Test]
    public async Task FunctionsSeeingStaleGlobals()
    {
        var result = await RunAsync("limit = 1\ndef f(): return limit\ndef g():\n    global limit\n    limit += 10\n    return f()", "limit = 5", "FINAL((f(), g(), limit))");

        result.Text.ShouldBe("(5, 15, 15)");
    }

    [TestCase("import sys\nsys.exit(3)")]
    [TestCase("raise SystemExit")]
    [TestCase("exit()")]
    [TestCase("quit()")]
    public async Task SysExitEndingTheHostRun(string code)
    {
        var result = await RunAsync("kept = 1\n" + code, "FINAL(kept)");

        result.Text.ShouldBe("1");
        result.Trajectory[0].Cells[0].Result.Error.ShouldNotBeNull();
    }

    [Test]
    public async Task CrlfContextsSilentlyChangedToLf()
    {
        const string Text = "a\r\nb\rc\n";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Text);
            foreach (var context in (RlmContext[])[RlmContext.FromText(Text), RlmContext.FromFile(file)])
            {
                (await RunAsync(context, null, "FINAL(repr(context))")).Text.ShouldBe(@"'a\r\nb\rc\n'");
            }

            (await RunAsync(RlmContext.FromTexts([Text]), null, "FINAL(repr(context[0]))")).Text.ShouldBe(@"'a\r\nb\rc\n'");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task LoneSurrogatesCrashingSetUp()
    {
        var context = RlmContext.FromText("x\uD800y\uDC00");

        (await RunAsync(context, null, "print(context)", "FINAL((len(context), ascii(context)))")).Text.ShouldBe(@"(4, ""'x\\ud800y\\udc00'"")");
        (await RunAsync(context, null, "FINAL(context)")).Text.ShouldBe("x\uD800y\uDC00");
    }

    [Test]
    public async Task ACellThatHangsForEver()
    {
        var limits = new ReplLimits { CellTimeout = TimeSpan.FromMilliseconds(100) };

        var result = await RunAsync(RlmContext.FromText("x"), o => o.ReplLimits = limits, "before = 1\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass", "FINAL(before)");

        result.Text.ShouldBe("1");
        result.Trajectory[0].Cells[0].Result.Stopped.ShouldBe(CellStop.Timeout);
    }

    [Test]
    public async Task StdoutAndWorkingDirectorySharedByConcurrentRuns()
    {
        var folder = Environment.CurrentDirectory;

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => RunAsync(
            $"for _ in range(200): print({i})",
            "import os\nos.chdir('/')",
            $"FINAL('{i}')"))));

        for (var i = 0; i < results.Length; i++)
        {
            results[i].Text.ShouldBe($"{i}");
            results[i].Trajectory[0].Cells[0].Result.Stdout.ShouldBe(string.Concat(Enumerable.Repeat($"{i}\n", 200)));
            results[i].Trajectory[1].Cells[0].Result.Error.ShouldNotBeNull();
        }

        Environment.CurrentDirectory.ShouldBe(folder);
    }
}
