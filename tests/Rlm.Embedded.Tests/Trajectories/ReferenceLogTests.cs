using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Trajectories;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Trajectories;

/// <summary>Logs in the reference library's format: one written in its form, and our own exports.</summary>
[TestFixture]
internal sealed class ReferenceLogTests
{
    private const string Metadata = """{"type": "metadata", "timestamp": "2026-01-02T03:04:05.678901", "root_model": "gpt-5", "max_depth": 1, "max_iterations": 30, "backend": "openai", "backend_kwargs": {"model_name": "gpt-5", "api_key": "plain"}, "environment_type": "local", "environment_kwargs": {}, "other_backends": null}""";
    private const string First = """{"type": "iteration", "iteration": 1, "timestamp": "2026-01-02T03:04:06", "prompt": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}], "response": "look", "code_blocks": [{"code": "print(1)", "result": {"stdout": "1\n", "stderr": "", "locals": {"x": 1, "bad": NaN, "far": -Infinity, "text": "NaN \ud800 \\ud800 \ud83d\ude00", "mod": "<module 're'>"}, "execution_time": 0.5, "rlm_calls": [{"root_model": "mini", "prompt": "piece", "response": "said", "usage_summary": {"model_usage_summaries": {"mini": {"total_calls": 1, "total_input_tokens": 10, "total_output_tokens": 2, "total_cost": 0.25}}, "total_cost": 0.25}, "execution_time": 0.1, "metadata": {"run_metadata": {"root_model": "mini", "max_depth": 1, "max_iterations": 30, "backend": "openai", "backend_kwargs": {}, "environment_type": "local", "environment_kwargs": {}, "other_backends": null}, "iterations": [{"type": "iteration", "iteration": 1, "timestamp": "2026-01-02T03:04:06", "prompt": "piece", "response": "FINAL(said)", "code_blocks": [], "final_answer": "said", "iteration_time": 0.05}]}}, {"root_model": "mini", "prompt": {"a": 1}, "response": "", "usage_summary": {"model_usage_summaries": {}}, "execution_time": 0, "error": "down"}], "final_answer": null}}], "final_answer": null, "iteration_time": 1.5}""";
    private const string Second = """{"type": "iteration", "iteration": 2, "timestamp": "2026-01-02T03:04:07", "prompt": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}, {"role": "assistant", "content": "look"}, {"role": "user", "content": "1"}], "response": "FINAL(1)", "code_blocks": [], "final_answer": "1", "iteration_time": null}""";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("rlm-reference-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Read_LogOfTheReferenceLibrary_IsARun()
    {
        var run = TrajectoryFile.Read(Log(Metadata, First, Second));

        run.Metadata.ShouldSatisfyAllConditions(
            m => m.RootModel.ShouldBe("gpt-5"),
            m => m.Backend.ShouldBe("openai"),
            m => m.EnvironmentType.ShouldBe("local"),
            m => m.BackendKwargs.ToJsonString().ShouldBe("""{"model_name":"gpt-5"}"""),
            m => m.RunId.ShouldMatch("^[0-9a-f]{32}$"),
            m => m.Timestamp.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6_789_010)));
        run.Iterations.Select(iteration => iteration.Prompt.Count).ShouldBe([2, 2]);
        var cell = run.Iterations[0].CodeBlocks.ShouldHaveSingleItem();
        cell.Code.ShouldBe("print(1)");
        cell.Result.Locals.ShouldBe(new Dictionary<string, string> { ["x"] = "1", ["bad"] = "NaN", ["far"] = "-Infinity", ["text"] = "NaN \uFFFD \\ud800 \U0001F600", ["mod"] = "<module 're'>" });
        cell.Result.RlmCalls.Select(call => (call.Kind, call.Prompt, call.Response, call.Error, call.Tokens?.Input)).ShouldBe(
            [("rlm", "piece", "said", null, 10L), ("llm", """{"a": 1}""", "", "down", null)]);
        run.End!.ShouldSatisfyAllConditions(end => end.FinalAnswer.ShouldBe("1"), end => end.StopReason.ShouldBe("final_answer"), end => end.Iterations.ShouldBe(2));
        var child = run.Children.ShouldHaveSingleItem();
        child.Metadata.RunId.ShouldBe(cell.Result.RlmCalls[0].ChildRunId);
        child.Metadata.Depth.ShouldBe(1);
        child.Iterations.ShouldHaveSingleItem().Prompt.ShouldBe([new TrajectoryMessage("user", "piece")]);
        child.End!.FinalAnswer.ShouldBe("said");
        child.End.Usage["mini"].Cost.ShouldBe(0.25m);
    }

    [Test]
    public void Read_ObjectThatWasAskedTwice_CountsOn()
    {
        var run = TrajectoryFile.Read(Log(Metadata, First, Second, First));

        run.Iterations.Select(iteration => iteration.Iteration).ShouldBe([1, 2, 3]);
        run.Iterations[2].Compaction.ShouldNotBeNull();
        run.Iterations[2].Prompt.Count.ShouldBe(2);
        run.End.ShouldBeNull();
    }

    [Test]
    public void Read_CutOff_LosesTheLastLine() => TrajectoryFile.Read(Log(Metadata, First, Second[..40])).Iterations.Count.ShouldBe(1);

    [TestCase(Metadata, "{}", First)]
    [TestCase(Metadata, Metadata, First)]
    [TestCase(Metadata, "[1]", First)]
    [TestCase(Metadata, """{"type": "other"}""", First)]
    public void Read_BrokenLineInside_NamesIt(params string[] lines) =>
        Should.Throw<RlmException>(() => TrajectoryFile.Read(Log(lines))).Message.ShouldContain("is a damaged trajectory: line 2 is ");

    [TestCase("{}")]
    [TestCase("""{"type": "metadata"}""")]
    [TestCase("hello")]
    public void Read_NoLogAtAll_SaysSo(string line) => Should.Throw<RlmException>(() => TrajectoryFile.Read(Log(line, line))).Message.ShouldContain("is not a trajectory");

    [TestCase("""{"type":"metadata","root_model":1,"max_depth":"x","backend":null,"other_backends":[1,null]}""", """{"type":"iteration","prompt":[1,{"role":null}],"response":7,"code_blocks":[{},{"code":1,"result":[]},{"result":{"locals":[],"rlm_calls":[{"usage_summary":[]},{"metadata":{"run_metadata":1}}]}}],"iteration_time":1e999}""")]
    public void Read_FieldsOfOtherKinds_AreTakenAsTheyAre(params string[] lines)
    {
        var run = TrajectoryFile.Read(Log(lines));

        run.Iterations.ShouldHaveSingleItem().Response.ShouldBe("7");
        File.Exists(ReferenceTrajectory.Export(run, _folder)).ShouldBeTrue();
    }

    [Test]
    public async Task Export_OfARun_IsReadAndExportedTheSame()
    {
        var sub = ScriptedChatClient.Named("sub").Otherwise(call => WithUsage(call.Messages.Count > 1 ? Block("FINAL('child')") : "said", 10, 1));
        var root = ScriptedChatClient.Named("root")
            .Then(WithUsage(Block("x = 1\nprint(llm_query('one'), rlm_query('piece'))"), 10, 1))
            .Then(WithUsage(Block("FINAL(x)"), 20, 2));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, MaxDepth = 2, TrajectoryFolder = _folder });
        var result = await rlm.CompleteAsync(Book, "?");
        var first = ReferenceTrajectory.Export(TrajectoryFile.Read(result.TrajectoryFile!), _folder, "first");

        var read = TrajectoryFile.Read(first);
        var second = ReferenceTrajectory.Export(read, _folder, "second");

        (await File.ReadAllTextAsync(second)).ShouldBe(await File.ReadAllTextAsync(first));
        read.Children.Count.ShouldBe(1);
        read.End!.FinalAnswer.ShouldBe("1");
    }

    private string Log(params string[] lines)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }
}
