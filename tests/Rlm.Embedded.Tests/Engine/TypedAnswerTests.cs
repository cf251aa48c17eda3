using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed partial class TypedAnswerTests
{
    internal sealed record Person(string Name, int Age, IReadOnlyList<string>? Aliases);

    internal sealed record Tree(string Name, Tree? Next);

    internal enum Mood
    {
        Calm,
        Stormy,
    }

    [JsonSerializable(typeof(Person))]
    internal sealed partial class PersonJson : JsonSerializerContext;

    [Test]
    public async Task CompleteAsync_AnswerFits_IsTheValue()
    {
        using var root = new ScriptedChatClient(Block("FINAL(...)"));
        var repl = new FakeRepl().Answers("""{"name": "Ann", "age": 41, "aliases": null}""");

        var result = await AskAsync<Person>(root, repl);

        result.Value.ShouldBe(new Person("Ann", 41, null));
        result.StopReason.ShouldBe(StopReason.FinalAnswer);
        result.Text.ShouldBe("""{"name": "Ann", "age": 41, "aliases": null}""");
        result.Usage.Calls.ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_Schema_IsInTheTask()
    {
        using var root = new ScriptedChatClient(Block("FINAL(...)"));

        await AskAsync<Person>(root, new FakeRepl().Answers("""{"name":"","age":1,"aliases":[]}"""));

        var task = root.Calls[0].LastText;
        task.ShouldContain("must be JSON that fits this JSON schema");
        task.ShouldContain("\"aliases\"");
        task.ShouldContain("\"required\"");
    }

    [Test]
    public async Task CompleteAsync_SourceGeneratedType_Works()
    {
        using var root = new ScriptedChatClient(Block("FINAL(...)"));
        await using var rlm = new RecursiveLanguageModel(root, Options(new FakeRepl().Answers("""{"Name":"Ann","Age":1,"Aliases":["A"]}""")));

        var result = await rlm.CompleteAsync(Book, "Who?", PersonJson.Default.Person);

        result.Value.Aliases.ShouldBe(["A"]);
    }

    [Test]
    public async Task CompleteAsync_AnswerDoesNotFit_ReasonGoesBackToTheModel()
    {
        using var root = new ScriptedChatClient(Block("1")).Then(_ => Block("2")).Then(_ => Block("3"));
        var repl = new FakeRepl().Answers("Ann").Answers("""{"name":"Ann","age":"old","aliases":null}""").Answers("""{"name":"Ann","age":41,"aliases":null}""");

        var result = await AskAsync<Person>(root, repl);

        result.Value.Age.ShouldBe(41);
        result.Turns.ShouldBe(3);
        root.Calls[1].LastText.ShouldContain("Your final answer was not taken");
        root.Calls[1].LastText.ShouldContain("it is not JSON");
        root.Calls[2].LastText.ShouldContain("$.age: expected integer, got the string \"old\"");
    }

    [Test]
    public async Task CompleteAsync_PropertyLeftOut_IsAMismatch()
    {
        using var root = new ScriptedChatClient(Block("1")).Then(_ => Block("2"));
        var repl = new FakeRepl().Answers("""{"name":"Ann"}""").Answers("""{"name":"Ann","age":41,"aliases":null}""");

        await AskAsync<Person>(root, repl);

        root.Calls[1].LastText.ShouldContain("$: the property 'age' is missing");
    }

    [Test]
    public async Task CompleteAsync_NumberOutOfTheTypesRange_IsAMismatch()
    {
        using var root = new ScriptedChatClient(Block("1")).Then(_ => Block("2"));

        (await AskAsync<int>(root, new FakeRepl().Answers("99999999999").Answers("5"))).Value.ShouldBe(5);

        root.Calls[1].LastText.ShouldContain("not taken");
    }

    [Test]
    public async Task CompleteAsync_NeverFits_ThrowsWithTheResult()
    {
        using var root = new ScriptedChatClient(Block("1")).Then(_ => Block("2")).Then(_ => Block("3"));
        var repl = new FakeRepl { Default = _ => new Rlm.Embedded.Repl.CellResult { FinalAnswer = "Ann" } };

        var thrown = await ThrownAsync(() => AskAsync<Person>(root, repl, o => o.SchemaRetries = 2));

        thrown.Result!.Text.ShouldBe("Ann");
        thrown.Result.StopReason.ShouldBe(StopReason.UnfitAnswer);
        thrown.Result.Usage.Calls.ShouldBe(3);
        thrown.Mismatch!.ShouldStartWith("it is not JSON");
        thrown.Message.ShouldContain("UnfitAnswer after 3 turns");
    }

    [Test]
    public async Task CompleteAsync_TurnsRunOut_LastCallIsRead()
    {
        using var root = new ScriptedChatClient(Block("1")).Then(_ => "FINAL({\"name\": \"Ann\", \"age\": 3, \"aliases\": null})");

        var result = await AskAsync<Person>(root, new FakeRepl().Prints("x"), o => o.MaxTurns = 1);

        result.Value.Age.ShouldBe(3);
        result.StopReason.ShouldBe(StopReason.Turns);
    }

    [Test]
    public async Task CompleteAsync_JsonInProse_IsNotEvaluatedAsPython()
    {
        using var root = new ScriptedChatClient(Block("print(1)") ).Then(_ => "FINAL({\"name\": \"Ann\", \"age\": 3, \"aliases\": null})");
        var repl = new FakeRepl().Prints("1");

        (await AskAsync<Person>(root, repl)).Value.Name.ShouldBe("Ann");
        repl.Cells.Count.ShouldBe(1);
    }

    [TestCase("Paris", "Paris")]
    [TestCase("\"Paris\"", "Paris")]
    [TestCase("42", "42")]
    public async Task CompleteAsync_String_IsTheText(string answer, string expected)
    {
        using var root = new ScriptedChatClient(Block("1"));

        (await AskAsync<string>(root, new FakeRepl().Answers(answer))).Value.ShouldBe(expected);
    }

    [Test]
    public async Task CompleteAsync_OtherTypes_Work()
    {
        (await OnceAsync<Mood>("Stormy")).ShouldBe(Mood.Stormy);
        (await OnceAsync<bool>("True")).ShouldBeTrue();
        (await OnceAsync<double[]>("[1, 2.5]")).ShouldBe([1, 2.5]);
        (await OnceAsync<int?>("None")).ShouldBeNull();
        (await OnceAsync<Tree>("""{"name":"a","next":{"name":"b","next":null}}""")).Next!.Name.ShouldBe("b");
        (await OnceAsync<Dictionary<string, int>>("""{"a": 1}"""))["a"].ShouldBe(1);
        (await OnceAsync<DateTimeOffset>("\"2026-01-02T03:04:05Z\"")).Year.ShouldBe(2026);
    }

    private static async Task<T> OnceAsync<T>(string answer)
    {
        using var root = new ScriptedChatClient(Block("1"));
        return (await AskAsync<T>(root, new FakeRepl().Answers(answer))).Value;
    }

    private static async Task<RlmResult<T>> AskAsync<T>(IChatClient root, FakeRepl repl, Action<RlmOptions>? configure = null)
    {
        var options = Options(repl);
        configure?.Invoke(options);
        await using var rlm = new RecursiveLanguageModel(root, options);
        return await rlm.CompleteAsync<T>(Book, "Who is it?");
    }

    private static async Task<RlmAnswerException> ThrownAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (RlmAnswerException thrown)
        {
            return thrown;
        }

        throw new InvalidOperationException("The run gave a value.");
    }
}
