using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Sandbox;
using Rlm.Embedded.Tests.Engine;
using Rlm.Embedded.Trajectories;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Trajectories;

/// <summary>Written by runs in the real interpreter.</summary>
[TestFixture]
internal sealed class TrajectoryTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Path.Combine(Path.GetTempPath(), "rlm-trajectories-" + Guid.NewGuid().ToString("N"));

    [TearDown]
    public void RemoveFolder()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Run_FolderSet_WritesEverythingThatHappened()
    {
        var result = await RunAsync();

        Path.GetFileName(result.TrajectoryFile)!.ShouldMatch(@"^rlm_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_[0-9a-f]{8}\.jsonl$");
        var run = TrajectoryFile.Read(result.TrajectoryFile!);
        run.Metadata.RunId.ShouldBe(result.RunId);
        run.Metadata.SchemaVersion.ShouldBe(1);
        run.Metadata.Depth.ShouldBe(0);
        run.Metadata.RootModel.ShouldBe("root");
        run.Metadata.OtherBackends.ShouldBe(["sub"]);
        run.Metadata.Question.ShouldBe("What is it?");
        run.Metadata.Context.Type.ShouldBe("str");
        run.Metadata.Context.Length.ShouldBe(31);
        run.Metadata.Context.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("It was a dark and stormy night."u8)));
        run.Metadata.Sandbox!.Layers.ShouldBe(EngineInfo.Read().ActiveLayers);
        run.Metadata.EnvironmentType.ShouldBe("embedded");
        run.Metadata.EnvironmentKwargs["cell_timeout"]!.GetValue<double>().ShouldBe(60);
        run.Metadata.Limits["max_root_tokens"]!.GetValue<long>().ShouldBe(1_000_000);
        run.Metadata.Limits.ContainsKey("max_cost").ShouldBeFalse();
        run.End!.RootTokens.ShouldBe(new TrajectoryTokens(20, 2, 0, 0));
        run.End.SubTokens.ShouldBe(new TrajectoryTokens(20, 2, 0, 0));
        run.End.Iterations.ShouldBe(2);
        run.Iterations.Count.ShouldBe(2);
        run.Iterations[0].Tokens.ShouldBe(new TrajectoryTokens(10, 1, 0, 0));
        var cell = run.Iterations[0].CodeBlocks.ShouldHaveSingleItem().Result;
        cell.Stdout.ShouldBe("said child\n");
        cell.Locals["x"].ShouldBe("int");
        cell.RlmCalls.Select(call => (call.Kind, call.RootModel, call.Prompt, call.Response)).ShouldBe([("llm", "sub", "one", "said"), ("rlm", "sub", "piece", "child")]);
        run.Iterations[1].CodeBlocks[0].Result.Stderr.ShouldContain("ZeroDivisionError");
        run.Iterations[1].FinalAnswer.ShouldBe("done");
        run.End!.StopReason.ShouldBe("final_answer");
        run.End.FinalAnswer.ShouldBe("done");
        run.End.Usage["sub"].Calls.ShouldBe(2);
        run.End.Usage["sub"].Tokens.Input.ShouldBe(20);
    }

    [Test]
    public async Task Run_ReplOpenedByTheHost_SaysWhatItIs()
    {
        var wrapped = await RunAsync(configure: options => options.OpenRepl = async (session, token) => await Rlm.Embedded.Repl.EmbeddedRepl.OpenAsync(session with { Profile = SandboxProfile.Trusted }, token));
        var metadata = TrajectoryFile.Read(wrapped.TrajectoryFile!).Metadata;
        (metadata.EnvironmentType, metadata.Sandbox!.Profile).ShouldBe(("embedded", "trusted"));

        var fake = await RunAsync(new ScriptedChatClient(Block("x")), options => options.OpenRepl = new FakeRepl().Answers("1").OpenAsync);
        metadata = TrajectoryFile.Read(fake.TrajectoryFile!).Metadata;
        (metadata.EnvironmentType, metadata.Sandbox).ShouldBe((nameof(FakeRepl), null));

        var direct = await RunAsync(new ScriptedChatClient("yes"), options => options.MaxDepth = 0);
        TrajectoryFile.Read(direct.TrajectoryFile!).Metadata.EnvironmentType.ShouldBe("none");
    }

    [Test]
    public async Task Run_Children_AreLinkedToTheCallThatMadeThem()
    {
        var result = await RunAsync();

        var run = TrajectoryFile.Read(result.TrajectoryFile!);
        var child = run.Children.ShouldHaveSingleItem();
        child.Metadata.ParentRunId.ShouldBe(run.Metadata.RunId);
        child.Metadata.Depth.ShouldBe(1);
        child.Metadata.RunId.ShouldBe(run.Iterations[0].CodeBlocks[0].Result.RlmCalls[1].ChildRunId);
        child.End!.FinalAnswer.ShouldBe("child");
        child.Iterations.ShouldHaveSingleItem().CodeBlocks.ShouldHaveSingleItem().Code.ShouldBe("FINAL('child')");
    }

    [Test]
    public async Task Run_ManyTurns_EachMessageIsWrittenOnce()
    {
        var marker = "a marker that is said once";
        var root = new ScriptedChatClient(Block($"'{marker}'")).Otherwise(call => call.Number < 20 ? Block("1") : Block("FINAL(1)"));

        var result = await RunAsync(root);

        var run = TrajectoryFile.Read(result.TrajectoryFile!);
        run.Iterations.Count.ShouldBe(20);
        run.Iterations.Sum(iteration => iteration.Prompt.Count(message => message.Role == "assistant" && message.Content.Contains(marker, StringComparison.Ordinal))).ShouldBe(1);
        run.Iterations.Sum(iteration => iteration.Prompt.Count).ShouldBe(2 + (19 * 2));
    }

    [Test]
    public async Task Run_OptionsWithASecret_ItIsLeftOut()
    {
        var result = await RunAsync(configure: options => options.RootChatOptions = new ChatOptions
        {
            Temperature = 0.5f,
            AdditionalProperties = new() { ["api_key"] = "plain", ["user"] = "sk-abcdefghijklmnopqrstuvwx", ["top"] = true },
        });

        var text = await File.ReadAllTextAsync(result.TrajectoryFile!);
        text.ShouldNotContain("api_key");
        text.ShouldNotContain("sk-abcdef");
        TrajectoryFile.Read(result.TrajectoryFile!).Metadata.BackendKwargs.ToJsonString().ShouldBe("""{"temperature":0.5,"user":"[key]","top":true}""");
    }

    [Test]
    public async Task Run_RepliesThatAreNotWhole_FileSaysSo()
    {
        var refusal = new ScriptedReply { Contents = [new ErrorContent("I cannot.") { ErrorCode = "Refusal" }] };
        var root = new ScriptedChatClient(Block("1"))
            .Then(new ScriptedReply { Text = "FINAL(hal", FinishReason = ChatFinishReason.Length })
            .Then(new ScriptedReply { FinishReason = ChatFinishReason.ContentFilter })
            .Then(refusal);

        var result = await RunAsync(root);

        var run = TrajectoryFile.Read(result.TrajectoryFile!);
        run.Iterations.Select(iteration => iteration.ReplyEnd).ShouldBe([null, "cut", "filtered", "refused"]);
        run.Iterations[3].Response.ShouldBe("I cannot.");
        run.End!.StopReason.ShouldBe("refused");
        run.End.FinalAnswer.ShouldBe("I cannot.");
        (await File.ReadAllLinesAsync(result.TrajectoryFile!))[4].ShouldContain("\"reply_end\":\"refused\"");
    }

    [Test]
    public async Task Run_ModelFails_FileSaysSo()
    {
        await Should.ThrowAsync<RlmModelException>(() => RunAsync(new ScriptedChatClient(Block("1")).ThenFail(new InvalidOperationException("down"))));

        var run = TrajectoryFile.Read(Directory.GetFiles(_folder).ShouldHaveSingleItem());
        run.Iterations.Count.ShouldBe(2);
        run.End!.StopReason.ShouldBe("model_failed");
        run.End.Error!.ShouldContain("down");
    }

    [Test]
    public async Task Run_ContextCannotBeRead_FileSaysSo()
    {
        var path = Path.GetTempFileName();
        var context = RlmContext.FromFile(path);
        File.Delete(path);

        await Should.ThrowAsync<RlmContextException>(() => RunAsync(context: context));

        var run = TrajectoryFile.Read(Directory.GetFiles(_folder).ShouldHaveSingleItem());
        run.End!.StopReason.ShouldBe("failed");
        run.Metadata.Context.ShouldBe(new TrajectoryContext(null, null, null));
    }

    [Test]
    public async Task Run_StrangeText_ComesBack()
    {
        var result = await RunAsync(new ScriptedChatClient(Block("print('\\x00 \\u2028 \U0001F600 é \"quoted\"')\nFINAL('ü\\r\\n')")));

        var run = TrajectoryFile.Read(result.TrajectoryFile!);
        run.Iterations[0].CodeBlocks[0].Result.Stdout.ShouldBe("\0 \u2028 \U0001F600 é \"quoted\"\n");
        run.End!.FinalAnswer.ShouldBe("ü\r\n");
        (await File.ReadAllLinesAsync(result.TrajectoryFile!)).Length.ShouldBe(3);
    }

    [Test]
    public async Task Run_InASession_EachQuestionHasItsFile()
    {
        var root = new ScriptedChatClient(Block("x = 7\nFINAL(x)"), Block("FINAL(x + len(context))"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { TrajectoryFolder = _folder });
        await using var session = await rlm.OpenSessionAsync();

        var first = await session.CompleteAsync(Book, "one?");
        var second = await session.CompleteAsync("two?");

        TrajectoryFile.Read(first.TrajectoryFile!).End!.FinalAnswer.ShouldBe("7");
        TrajectoryFile.Read(second.TrajectoryFile!).End!.FinalAnswer.ShouldBe("38");
        TrajectoryFile.Read(second.TrajectoryFile!).Metadata.Question.ShouldBe("two?");
    }

    [Test]
    public async Task Run_Typed_IsWrittenToo()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("FINAL(len(context))")), new RlmOptions { TrajectoryFolder = _folder });

        var typed = await rlm.CompleteAsync<int>(Book, "How long?");

        typed.Value.ShouldBe(31);
        TrajectoryFile.Read(typed.TrajectoryFile!).End!.FinalAnswer.ShouldBe("31");
    }

    [Test]
    public async Task Export_CompactedRun_PromptIsWhatWasSent()
    {
        var root = new ScriptedChatClient().Otherwise(call => call.LastText.Contains("summar", StringComparison.OrdinalIgnoreCase) ? "what was" : call.Number < 12 ? Block("print('y' * 15_000)") : Block("FINAL(1)"));
        var result = await RunAsync(root, o => o.ContextWindow = 12_000);

        var run = TrajectoryFile.Read(result.TrajectoryFile!);
        var compacted = run.Iterations.First(iteration => iteration.Compaction is not null);
        var lines = await File.ReadAllLinesAsync(ReferenceTrajectory.Export(run, _folder));

        JsonNode.Parse(lines[compacted.Iteration])!["prompt"]!.AsArray().Count.ShouldBe(compacted.Prompt.Count);
        compacted.Prompt[0].Role.ShouldBe("system");
    }

    [Test]
    public void Run_FolderThatCannotBe_SaysWhatToDo()
    {
        var path = Path.GetTempFileName();
        try
        {
            Should.Throw<RlmConfigurationException>(() => RunAsync(configure: o => o.TrajectoryFolder = Path.Combine(path, "x"))).Message.ShouldContain(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task Read_CutOffAnywhere_LosesAtMostOneLine()
    {
        var result = await RunAsync();
        var bytes = await File.ReadAllBytesAsync(result.TrajectoryFile!);
        var lines = TrajectoryFile.ReadLines(result.TrajectoryFile!).Count();
        var cut = Path.Combine(_folder, "cut.jsonl");
        for (var length = Array.IndexOf(bytes, (byte)'\n') + 1; length < bytes.Length; length += 97)
        {
            await File.WriteAllBytesAsync(cut, bytes[..length]);

            var whole = bytes[..length].Count(b => b == '\n');
            TrajectoryFile.ReadLines(cut).Count().ShouldBeInRange(whole, whole + 1);
            TrajectoryFile.Read(cut).Metadata.RunId.ShouldBe(result.RunId);
        }

        lines.ShouldBe(bytes.Count(b => b == '\n'));
    }

    [Test]
    public async Task Read_BrokenLineInside_NamesIt()
    {
        var result = await RunAsync();
        var lines = await File.ReadAllLinesAsync(result.TrajectoryFile!);
        lines[1] = lines[1][..20];
        await File.WriteAllLinesAsync(result.TrajectoryFile!, lines);

        Should.Throw<RlmException>(() => TrajectoryFile.Read(result.TrajectoryFile!)).Message.ShouldContain("is a damaged trajectory: line 2 is ");
    }

    [Test]
    public async Task Read_LaterVersion_IsRefused()
    {
        var result = await RunAsync();
        var text = await File.ReadAllTextAsync(result.TrajectoryFile!);
        await File.WriteAllTextAsync(result.TrajectoryFile!, text.Replace("\"schema_version\":1", "\"schema_version\":2", StringComparison.Ordinal));

        Should.Throw<RlmException>(() => TrajectoryFile.Read(result.TrajectoryFile!)).Message.ShouldContain("schema_version 2");
    }

    [Test]
    public async Task Read_RunThatIsItsOwnChild_IsRefused()
    {
        var result = await RunAsync();
        var first = (await File.ReadAllLinesAsync(result.TrajectoryFile!))[0];
        var again = JsonNode.Parse(first)!.AsObject();
        again["parent_run_id"] = result.RunId;
        await File.AppendAllTextAsync(result.TrajectoryFile!, again.ToJsonString() + "\n");

        Should.Throw<RlmException>(() => TrajectoryFile.Read(result.TrajectoryFile!)).Message.ShouldContain($"'{result.RunId}' twice");
    }

    [Test]
    public async Task Read_RunsNestedTooDeep_IsRefused()
    {
        var result = await RunAsync();
        var line = JsonNode.Parse((await File.ReadAllLinesAsync(result.TrajectoryFile!))[0])!.AsObject();
        var parent = result.RunId;
        for (var level = 0; level < 600; level++)
        {
            line["parent_run_id"] = parent;
            line["run_id"] = parent = level.ToString("x32");
            await File.AppendAllTextAsync(result.TrajectoryFile!, line.ToJsonString() + "\n");
        }

        Should.Throw<RlmException>(() => TrajectoryFile.Read(result.TrajectoryFile!)).Message.ShouldContain("nested");
    }

    [Test]
    public async Task Export_Run_HasExactlyTheReferenceFields()
    {
        var result = await RunAsync();

        var path = ReferenceTrajectory.Export(TrajectoryFile.Read(result.TrajectoryFile!), Path.Combine(_folder, "out"), "book");

        Path.GetFileName(path).ShouldMatch(@"^book_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_[0-9a-f]{8}\.jsonl$");
        var lines = (await File.ReadAllLinesAsync(path)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        lines.Count.ShouldBe(3);
        Keys(lines[0]).ShouldBe("type,timestamp,root_model,max_depth,max_iterations,backend,backend_kwargs,environment_type,environment_kwargs,other_backends");
        Keys(lines[1]).ShouldBe("type,iteration,timestamp,prompt,response,code_blocks,final_answer,iteration_time");
        Keys(lines[1]["prompt"]![0]).ShouldBe("role,content");
        var block = lines[1]["code_blocks"]![0]!;
        Keys(block).ShouldBe("code,result");
        Keys(block["result"]).ShouldBe("stdout,stderr,locals,execution_time,rlm_calls,final_answer");
        var calls = block["result"]!["rlm_calls"]!.AsArray();
        Keys(calls[0]).ShouldBe("root_model,prompt,response,usage_summary,execution_time");
        calls[0]!["usage_summary"]!.ToJsonString().ShouldBe("""{"model_usage_summaries":{"sub":{"total_calls":1,"total_input_tokens":10,"total_output_tokens":1}}}""");
        Keys(calls[1]).ShouldBe("root_model,prompt,response,usage_summary,execution_time,metadata");
        Keys(calls[1]!["metadata"]).ShouldBe("run_metadata,iterations");
        calls[1]!["metadata"]!["iterations"]![0]!["final_answer"]!.GetValue<string>().ShouldBe("child");
        lines[2]["prompt"]!.AsArray().Count.ShouldBe(4);
        lines[1]["final_answer"].ShouldBeNull();
        lines[2]["final_answer"]!.GetValue<string>().ShouldBe("done");
    }

    [Test]
    public void Lines_SourceGenerated_RoundTrip()
    {
        TrajectoryLine line = new TrajectoryEnd { RunId = "a", Timestamp = DateTimeOffset.UnixEpoch, StopReason = "turns", FinalAnswer = "" };

        var json = JsonSerializer.Serialize(line, TrajectoryJson.Default.TrajectoryLine);

        json.ShouldStartWith("""{"type":"end",""");
        JsonSerializer.Deserialize(json, TrajectoryJson.Default.TrajectoryLine).ShouldBeOfType<TrajectoryEnd>().StopReason.ShouldBe("turns");
    }

    private static string Keys(JsonNode? node) => string.Join(',', node!.AsObject().Select(field => field.Key));

    private async Task<RlmResult> RunAsync(ScriptedChatClient? root = null, Action<RlmOptions>? configure = null, RlmContext? context = null)
    {
        root ??= ScriptedChatClient.Named("root")
            .Then(WithUsage(Block("x = 1\nprint(llm_query('one'), rlm_query('piece'))"), 10, 1))
            .Then(WithUsage(Block("answer['content'] = 'done'\nanswer['ready'] = True\n1/0"), 10, 1));
        var sub = ScriptedChatClient.Named("sub").Otherwise(call => WithUsage(call.Messages.Count > 1 ? Block("FINAL('child')") : "said", 10, 1));
        var options = new RlmOptions { SubModel = sub, MaxDepth = 2, TrajectoryFolder = _folder };
        configure?.Invoke(options);
        await using var rlm = new RecursiveLanguageModel(root, options);
        return await rlm.CompleteAsync(context ?? Book, "What is it?");
    }
}
