using System.Text.Json;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplToolTests : ReplTest
{
    private sealed record Person(string Name, int Age);

    [TestCase("add(1, 2)", "3")]
    [TestCase("add(1)", "11")]
    [TestCase("add(b=5, a=1)", "6")]
    [TestCase("add(1, b=5)", "6")]
    public async Task Tool_PositionOrKeyword_IsCalled(string code, string expected) =>
        (await PrintAsync(code, RlmTool.FromDelegate((int a, int b = 10) => a + b, "add"))).ShouldBe(expected + "\n");

    [TestCase("add()", "add() missing required argument: 'a'")]
    [TestCase("add(1, 2, 3)", "add() takes at most 2 arguments (3 given)")]
    [TestCase("add(1, c=3)", "add() got an unexpected keyword argument 'c'. It takes: a, b")]
    [TestCase("add(1, a=3)", "add() got multiple values for argument 'a'")]
    [TestCase("add('x')", "add() argument a: expected integer, got the string \"x\"")]
    [TestCase("add(1.5)", "add() argument a: expected integer, got the number 1.5")]
    [TestCase("add(10**30)", "add() argument 'a': the number 1000000000000000000000000000000 cannot be read as Int32")]
    [TestCase("add(None)", "add() argument a: expected integer, got null")]
    [TestCase("add(print)", "add() argument 'a': A builtin_function_or_method cannot be handed to the host. Give str, int, float, bool, None, bytes, list, tuple or dict; str() of it may do.")]
    [TestCase("add(float('nan'))", "add() The number nan has no JSON form. Give a finite one, or None.")]
    public async Task Tool_WrongArguments_AreTypeErrors(string code, string message)
    {
        CellResult result = await RunAsync(code, RlmTool.FromDelegate((int a, int b = 10) => a + b, "add"));

        result.Error!.Type.ShouldBe("TypeError");
        result.Error.Message.ShouldBe(message);
    }

    [TestCase("'\\ud800 \\U0001f600'")]
    [TestCase("b'\\x00\\xff'")]
    [TestCase("[1, 2.5, True, None, {'a': 'b'}]")]
    [TestCase("2**70")]
    [TestCase("-1.5e300")]
    [TestCase("None")]
    [TestCase("True")]
    [TestCase("{}")]
    public async Task Tool_PlainValues_AreExactBothWays(string value) =>
        (await PrintAsync($"v = {value}\nr = echo(v)\nprint(r == v, type(r) is type(v))", RlmTool.FromDelegate((object? value) => value, "echo"))).ShouldBe("True True\n");

    [Test]
    public async Task Tool_TypesOfTheHost_AreBuiltFromDictsAndGivenBackAsDicts() =>
        (await PrintAsync(
            "older({'name': 'Ann', 'age': 41}, 2)",
            RlmTool.FromDelegate((Person person, int years) => person with { Age = person.Age + years }, "older"))).ShouldBe("{'name': 'Ann', 'age': 43}\n");

    [Test]
    public async Task Tool_Tasks_AreAwaited()
    {
        (await PrintAsync("slow(3)", RlmTool.FromDelegate(async (int n) =>
        {
            await Task.Yield();
            return n * 2;
        }, "slow"))).ShouldBe("6\n");
        (await PrintAsync("slow(3)", RlmTool.FromDelegate((int n) => new ValueTask<int>(n * 2), "slow"))).ShouldBe("6\n");
        (await PrintAsync("print(slow())", RlmTool.FromDelegate(async () => await Task.Yield(), "slow"))).ShouldBe("None\n");
    }

    [Test]
    public async Task Tool_AwaitedByTheCell_Works()
    {
        RlmTool[] tools = [RlmTool.FromDelegate(() => "text", "a"), RlmTool.FromDelegate(() => new[] { 1 }, "b"), RlmTool.FromDelegate(() => new Person("Ann", 1), "c")];

        (await PrintAsync("print(await a(), await b(), await c())", tools)).ShouldBe("text [1] {'name': 'Ann', 'age': 1}\n");
    }

    [Test]
    public async Task Tool_Throws_CellGetsTheMessageAndNoStack()
    {
        RlmTool tool = RlmTool.FromDelegate(string (string id) => throw new InvalidOperationException($"no such id: {id}"), "find");

        CellResult result = await RunAsync("find('x')", tool);

        result.Error!.Type.ShouldBe("RuntimeError");
        result.Error.Message.ShouldBe("find() failed: no such id: x");
        result.Error.Traceback.ShouldNotContain(".cs");
        result.Error.Traceback.ShouldNotContain("InvalidOperation");
        (await PrintAsync("try:\n    find('x')\nexcept Exception as e:\n    print(e)", tool)).ShouldBe("find() failed: no such id: x\n");
    }

    [Test]
    public async Task Tool_ItsOwnTimeout_IsAnExceptionAndNotTheEndOfTheCell() =>
        (await PrintAsync("try:\n    f()\nexcept RuntimeError as e:\n    print(e)", RlmTool.FromDelegate(string () => throw new TaskCanceledException(), "f"))).ShouldBe("f() failed: it timed out\n");

    [Test]
    public async Task Tool_RunIsCancelled_EndsTheCellThoughTheToolIgnoresItsToken()
    {
        using CancellationTokenSource source = new();
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationToken seen = default;
        RlmTool tool = RlmTool.FromDelegate(async (CancellationToken token) =>
        {
            seen = token;
            await source.CancelAsync();
            await never.Task;
        }, "hang");
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Tools = [tool] });

        CellResult result = await RunAsync(repl, "x = 1\ntry:\n    hang()\nexcept Exception:\n    pass\nprint('went on')", token: source.Token);

        result.Stopped.ShouldBe(CellStop.Cancelled);
        result.Stdout.ShouldBeEmpty();
        seen.IsCancellationRequested.ShouldBeTrue();
        (await RunAsync(repl, "x")).Stdout.ShouldBe("1\n");
        never.SetResult();
    }

    [Test]
    public async Task Tool_TimeInIt_DoesNotCountForTheCell()
    {
        RlmTool tool = RlmTool.FromDelegate(async () => await Task.Delay(Short * 3), "wait");
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Tools = [tool] });

        CellResult result = await RunAsync(repl, "wait()\n'done'", Short);

        result.Stdout.ShouldBe("'done'\n");
        result.SubCallTime.ShouldBeGreaterThan(Short);
    }

    [Test]
    public async Task Tool_TwoSessions_DoNotHoldEachOther()
    {
        TaskCompletionSource inside = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedRepl waiting = await OpenAsync(new ReplSessionOptions
        {
            Tools = [RlmTool.FromDelegate(async () =>
            {
                inside.SetResult();
                await release.Task;
            }, "wait")],
        });
        Task<CellResult> first = RunAsync(waiting, "wait()");
        await inside.Task.WaitAsync(Guard);

        (await PrintedAsync("print(1 + 1)")).ShouldBe("2\n");

        release.SetResult();
        (await first).Error.ShouldBeNull();
    }

    [Test]
    public async Task Tool_Overwritten_IsRestored()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Tools = [RlmTool.FromDelegate(() => 1, "one"), RlmTool.FromValue("limit", 5)] });

        await RunAsync(repl, "one = None\nlimit = 6");

        CellResult result = await RunAsync(repl, "print(one(), limit)");
        result.Stdout.ShouldBe("1 5\n");
        result.Variables.ShouldBeEmpty();
    }

    [Test]
    public async Task Tool_Value_IsAGlobal()
    {
        RlmTool tool = RlmTool.FromValue("prices", new Dictionary<string, object?> { ["tea"] = 2.5, ["milk"] = new List<object?> { 1, null, true, "x" } });

        (await PrintAsync("print(prices)", tool)).ShouldBe("{'tea': 2.5, 'milk': [1, None, True, 'x']}\n");
        (await RunAsync("FINAL_VAR('prices')", tool)).FinalAnswer.ShouldBe("""{"tea": 2.5, "milk": [1, null, true, "x"]}""");
    }

    [Test]
    public async Task Tool_AIFunction_GetsJsonAndGivesAValue()
    {
        AIFunction function = AIFunctionFactory.Create((string city, JsonElement days) => $"{city}: {days.GetArrayLength()}", "weather", "Tells the weather.");

        (await PrintAsync("weather('Oslo', [1, 2])", RlmTool.FromFunction(function))).ShouldBe("'Oslo: 2'\n");
    }

    [Test]
    public async Task Tool_NoneForAnOptionalParameterWithoutDefault_IsNotGiven()
    {
        IEnumerable<string>? given = null;
        JsonElement schema = JsonDocument.Parse("""{"type":"object","properties":{"q":{"type":"string"},"max-n":{"type":"integer"},"odd":{"type":"string","vendor":1}},"required":["q"]}""").RootElement;
        RlmTool tool = RlmTool.FromFunction(new Declared("find", schema, arguments =>
        {
            given = arguments.Keys;
            return "ok";
        }));

        (await PrintAsync("find('a', None)", tool)).ShouldBe("'ok'\n");
        given.ShouldBe(["q"]);
        (await PrintAsync("find('a', **{'max-n': 3, 'odd': 'x'})", tool)).ShouldBe("'ok'\n");
        given.ShouldBe(["q", "max-n", "odd"], ignoreOrder: true);
        tool.Signature.ShouldBe("find(q: str, max-n: int = None, odd: str = None)");
    }

    [Test]
    public async Task Tool_ExceptionWhoseMessageIsBuiltLate_Arrives()
    {
        RlmTool tool = RlmTool.FromDelegate(string (string path) => throw new FileNotFoundException(null, path), "load");

        (await RunAsync("load('x.txt')", tool)).Error!.Message.ShouldBe("load() failed: Could not load file or assembly 'x.txt'. The system cannot find the file specified.\n");
    }

    [Test]
    public async Task Tool_Documentation_IsReadableInPython()
    {
        RlmTool tool = RlmTool.FromDelegate((string query, int limit = 5) => query, "search", "Finds pages.");

        (await PrintAsync("print(search.__doc__)", tool)).ShouldBe("search(query: str, limit: int = 5) -> str\n\nFinds pages.\n");
        (await PrintAsync("x = 1\nprint(SHOW_VARS())", tool)).ShouldBe("context: str of 0 characters\nx: int\nsearch(query: str, limit: int = 5) -> str\n");
        (await PrintAsync("print(search.__name__, callable(search))", tool)).ShouldBe("search True\n");
    }

    [Test]
    public async Task Tool_Printed_SaysHowItIsCalledAndWhatItDoes()
    {
        var tool = RlmTool.FromDelegate((string query, int limit = 5) => query, "search", "Finds pages.\nSlow.");

        (await PrintAsync("print(search)", tool)).ShouldBe("<function search(query: str, limit: int = 5) -> str: Finds pages.; Slow.>\n");
        (await PrintAsync("[search]", tool)).ShouldBe("[<function search(query: str, limit: int = 5) -> str: Finds pages.; Slow.>]\n");
        (await PrintAsync("print(llm_query)", tool)).ShouldBe("<function llm_query(prompt, model=None, schema=None): Asks a sub-model; returns its text.>\n");
        (await PrintAsync("print(len, print, [].append)", tool)).ShouldStartWith("<built-in function len> <built-in function print> <built-in method append of list object at 0x");
    }

    [Test]
    public async Task Tool_ManySessionsOfTheSameTools_EachCallsItsOwn()
    {
        EmbeddedRepl[] sessions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => OpenAsync(new ReplSessionOptions { Tools = [RlmTool.FromDelegate(() => i, "who")] })));

        CellResult[] results = await Task.WhenAll(sessions.Select(session => RunAsync(session, "who()")));

        results.Select(result => result.Stdout).ShouldBe(Enumerable.Range(0, 8).Select(i => $"{i}\n"));
    }

    [Test]
    public async Task Tool_ArgumentThatIsEndlessAsJson_IsAMemoryError()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions
        {
            Tools = [RlmTool.FromDelegate((object value) => 1, "take")],
            Limits = new ReplLimits { Memory = 32 << 20 },
        });

        CellResult result = await RunAsync(repl, "x = ['a' * 100]\nfor _ in range(60):\n    x = [x, x]\ntake(x)");
        result.Error!.Type.ShouldBe("MemoryError");
        CellResult wide = await RunAsync(repl, "take(['a' * 1_000_000] * 1_000)");
        wide.Error!.Type.ShouldBe("MemoryError");
        (await RunAsync(repl, "take([1])")).Stdout.ShouldBe("1\n");
    }

    [TestCase(SandboxProfile.Restricted)]
    [TestCase(SandboxProfile.Trusted)]
    public async Task Tool_EachProfile_Works(SandboxProfile profile)
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = profile, Tools = [RlmTool.FromDelegate((string text) => text.Length, "count")] });

        (await RunAsync(repl, "count('abc')")).Stdout.ShouldBe("3\n");
    }

    private async Task<CellResult> RunAsync(string code, params RlmTool[] tools) => await RunAsync(await OpenAsync(new ReplSessionOptions { Tools = tools }), code);

    private async Task<string> PrintAsync(string code, params RlmTool[] tools)
    {
        CellResult result = await RunAsync(code, tools);
        result.Error.ShouldBeNull(result.Error?.Traceback);
        return result.Stdout;
    }

    private sealed class Declared(string name, JsonElement schema, Func<AIFunctionArguments, object?> call) : AIFunction
    {
        public override string Name => name;

        public override JsonElement JsonSchema => schema;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new(call(arguments));
    }
}
