using System.Text;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine.Prompts;

/// <summary>
/// All that a model can be told, in one file that a person reads: Gallery.approved.md. Each entry is what a run really sends in that situation.
/// </summary>
[TestFixture]
internal sealed class MessageGalleryTests
{
    private const string Approve = "RLM_APPROVE_GALLERY";
    private static readonly RlmContext Text = RlmContext.FromText("It was a dark and stormy night.\nThe rain fell.\n");
    private readonly StringBuilder _gallery = new("# What the model is told\n");

    [Test]
    public async Task Gallery_OfAllSituations_IsTheApprovedOne()
    {
        var approved = Repository.PathTo("tests", "Rlm.Embedded.Tests", "Engine", "Prompts", "Gallery.approved.md");
        await AddSystemPromptsAsync();
        await AddTasksAsync();
        await AddCellsAsync();
        await AddStoppedCellsAsync();
        await AddSubCallsAsync();
        await AddRepliesAsync();
        await AddEndsAsync();
        var gallery = _gallery.ToString();
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            await File.WriteAllTextAsync(approved, gallery);
        }

        var before = File.Exists(approved) ? await File.ReadAllTextAsync(approved) : "";
        var changes = before.Split('\n').Except(gallery.Split('\n'), StringComparer.Ordinal).Select(line => "- " + line)
            .Concat(gallery.Split('\n').Except(before.Split('\n'), StringComparer.Ordinal).Select(line => "+ " + line));
        (gallery == before).ShouldBeTrue(
            $"What the model is told is not what was approved:\n{string.Join('\n', changes)}\nIf the change is meant, read all of it and approve it:\n"
            + $"{Approve}=1 dotnet test tests/Rlm.Embedded.Tests --filter FullyQualifiedName~MessageGallery\nand commit Gallery.approved.md.");
    }

    private async Task AddSystemPromptsAsync()
    {
        Part("System prompts");
        Add("A model whose window nobody knows", (await RootAsync([Block("FINAL(1)")])).Calls[0].Messages[0].Text);
        Add("A known window, named models, tools, children", (await RootAsync([Block("FINAL(1)")], o =>
        {
            o.MaxDepth = 2;
            o.SubContextWindow = 128_000;
            o.Models["fast"] = ScriptedChatClient.Named("gpt-4.1-mini");
            o.Models["own"] = ScriptedChatClient.Named("own");
            o.ReplLimits = o.ReplLimits with { CellHostCalls = 100 };
            o.Tools.Add(RlmTool.FromDelegate(([System.ComponentModel.Description("What to look for.")] string query) => 1, "count", "How often a word occurs in the archive."));
        })).Calls[0].Messages[0].Text);
    }

    private async Task AddTasksAsync()
    {
        Part("Tasks");
        await TaskAsync("A text", Text);
        await TaskAsync("A text with other line endings", RlmContext.FromText("a\r\nb\r\nc\n"));
        await TaskAsync("Nothing", RlmContext.FromText(""));
        await TaskAsync("Texts", RlmContext.FromTexts(Enumerable.Range(0, 30).Select(i => $"chapter {i}\n" + new string('x', i * 100))));
        await TaskAsync("JSON", RlmContext.FromJson("""{"title": "Orders", "orders": [{"id": 1, "items": ["tea"]}, {"id": 2, "note": "late"}], "total": 2}"""));
        await TaskAsync("A conversation", RlmContext.FromMessages([new(ChatRole.User, "Hello"), new(ChatRole.Assistant, "Good day")]));
        await TaskAsync("Every limit", Text, o =>
        {
            o.TimeProvider = new ManualClock();
            (o.MaxRootTokens, o.MaxSubTokens, o.MaxSubCalls, o.MaxTime, o.MaxConsecutiveErrors, o.MaxCost, o.MaxTurns) = (50_000, 200_000, 40, TimeSpan.FromMinutes(5), 3, 2.5m, 12);
            o.Prices["scripted"] = new ModelPrice(1m, 1m, 1m);
        });

        var child = new ScriptedChatClient(Block("FINAL(rlm_query('Count the words: one two'))"), Block("FINAL(2)"));
        await using (var rlm = new RecursiveLanguageModel(child, new RlmOptions { MaxDepth = 2 }))
        {
            await rlm.CompleteAsync(Text, "How many?");
        }

        Add("A child", child.Calls[1].Messages[1].Text);

        var typed = new ScriptedChatClient(Block("print(1)"), Block("FINAL('many')"), Block("FINAL(3)"));
        await using (var rlm = new RecursiveLanguageModel(typed))
        {
            await rlm.CompleteAsync<int>(Text, "How many?");
        }

        Add("An answer of a form", typed.Calls[0].Messages[1].Text);
        Add("An answer that does not have it", typed.Calls[2].LastText);

        var next = new ScriptedChatClient(Block("words = context.split()\nFINAL(1)"), Block("FINAL(2)"));
        await using (var rlm = new RecursiveLanguageModel(next))
        await using (var session = await rlm.OpenSessionAsync())
        {
            await session.CompleteAsync(Text, "One?");
            await session.CompleteAsync(RlmContext.FromTexts(["a", "b"]), "Two?");
        }

        Add("The second question of a session", next.Calls[1].Messages[1].Text);
    }

    private async Task AddCellsAsync()
    {
        Part("What came of a cell");
        await ToldAsync("Output and new variables", [Block("words = context.split()\nprint(words[:2])\ncounts = {word: words.count(word) for word in words}\nn = 3\nlen(words)")]);
        await ToldAsync("Nothing printed", [Block("n = 3")]);
        await ToldAsync("SHOW_VARS", [Block("rows = [1] * 1204\nprint(SHOW_VARS())")]);
        await ToldAsync("stderr", [Block("import sys\nprint('careful', file=sys.stderr)")]);
        await ToldAsync("Long output", [Block("print('abcdefghij' * 100)")], o => o.ReplLimits = o.ReplLimits with { OutputCharacters = 100 });
        await ToldAsync("Two blocks", [Block("print(1)") + "\n" + Block("print(2)")]);
        await ToldAsync("An exception", [Block("found = 1\nmissing + 1")]);
        await ToldAsync("An exception, with blocks and an answer behind it", [Block("found = 1\nmissing + 1") + "\n" + Block("print(2)") + "\nFINAL(found)"]);
        await ToldAsync("A syntax error", [Block("found = 1\nx = = 2")]);
        await ToldAsync("A syntax error, with a block behind it", [Block("x = = 2") + "\n" + Block("print(2)")]);
        await ToldAsync("A syntax error of code that the cell reads", [Block("import ast\nast.parse('x = =')") + "\n" + Block("print(2)")]);
        await ToldAsync("Code that is refused", [Block("().__class__.__reduce_ex__")]);
        await ToldAsync("A module that is refused", [Block("import socket")]);
        await ToldAsync("A file", [Block("open('a.txt')")]);
        await ToldAsync("A cell that is too long", [Block("x = '" + new string('y', 200) + "'")], o => o.ReplLimits = o.ReplLimits with { SourceCharacters = 100 });
        await ToldAsync("Failed cells in a row", [Block("missing"), Block("missing")], o => o.MaxConsecutiveErrors = 3);
    }

    private async Task AddStoppedCellsAsync()
    {
        Part("Cells that were stopped");
        await ToldAsync("Too long", [Block("n = 1\nwhile True: pass") + "\n" + Block("print(n)")], o => o.ReplLimits = o.ReplLimits with { CellTimeout = TimeSpan.FromMilliseconds(100) });
        await ToldAsync("Too much memory", [Block("n = 1\nx = bytearray(10 ** 9)")], o => o.ReplLimits = o.ReplLimits with { Memory = 64 << 20 });
        await ToldAsync("Too much output", [Block("print('x' * 3000) or any(False for _ in iter(int, 1))")], o => o.ReplLimits = o.ReplLimits with { OutputCharacters = 100, OutputTotal = 2_000 });
        await ToldAsync("Too many calls", [Block("for i in range(3): llm_query('x')")], o => o.ReplLimits = o.ReplLimits with { CellHostCalls = 2 });
        await ToldAsync("A REPL that tells no more", [Block("x")], o => o.OpenRepl = new FakeRepl().Then(new CellResult { Stopped = CellStop.Memory }).OpenAsync);
        await ToldAsync("The REPL is lost", [Block("x")], o => o.OpenRepl = new FakeRepl().Then(FakeRepl.Failure("EngineWedged", "for the host") with { Stopped = CellStop.Wedged }).OpenAsync);
    }

    private async Task AddSubCallsAsync()
    {
        Part("Sub-calls");
        await ToldAsync("The model fails", [Block("print(llm_query('x'))")], o => o.SubModel = ScriptedChatClient.Named("small").ThenFail(new InvalidOperationException("429 Too Many Requests")));
        await ToldAsync("It says nothing", [Block("print(llm_query('x'))")], o => o.SubModel = ScriptedChatClient.Named("small").Then(""));
        await ToldAsync("There is no such model", [Block("print(llm_query('x', model='best'))")], o => o.Models["fast"] = new ScriptedChatClient());
        await ToldAsync("One str for a batch", [Block("llm_query_batched('x')")]);
        await ToldAsync("A reply that does not fit its schema", [Block("print(llm_query('x', schema={'type': 'integer'}))")], o => o.SubModel = ScriptedChatClient.Named("small").Otherwise(_ => "\"many\""));
        await ToldAsync("More prompts than calls are left", [Block("r = llm_query_batched(['x'] * 11)\nprint(r[0])")], o => o.MaxSubCalls = 3);
        await ToldAsync("No call is left", [Block("print(llm_query('x'))")], o => o.MaxSubCalls = 0);
        await ToldAsync("A prompt larger than the tokens left", [Block("print(llm_query('x' * 9000))")], o => o.MaxSubTokens = 2_000);
        await ToldAsync("A batch larger than the tokens left", [Block("print(llm_query_batched(['x' * 3000] * 3)[0])")], o => o.MaxSubTokens = 2_000);
        await ToldAsync("The tokens are used up", [Block("llm_query('x')\nprint(llm_query('y'))")], o => (o.MaxSubTokens, o.SubModel) = (2_000, new ScriptedChatClient().Then(WithUsage("r", 1_900, 90))));
    }

    private async Task AddRepliesAsync()
    {
        Part("Replies that cannot be taken");
        await ToldAsync("Empty", [""]);
        await ToldAsync("Neither code nor answer", ["I will look at the text."]);
        await ToldAsync("An answer before anything was seen", ["FINAL(dark)"]);
        await ToldAsync("A variable that is not there", [Block("found = 1"), "FINAL_VAR(result)"]);
        await ToldAsync("The same in code", [Block("found = 1\nprint(FINAL_VAR('result'))")]);
        await ToldAsync("An expression that fails", [Block("found = 1"), "FINAL(found[0])"]);
    }

    private async Task AddEndsAsync()
    {
        Part("Near the end");
        await ToldAsync("Half of the turns are gone", [Block("x = 1"), Block("x = 2")], o => o.MaxTurns = 4);
        await ToldAsync("The last turn", [Block("x = 1")], o => o.MaxTurns = 2);
        await ToldAsync("No turn is left", [Block("x = 1")], o => o.MaxTurns = 1);
        await ToldAsync("A limit ends the run", [Block("missing")], o => o.MaxConsecutiveErrors = 1);

        var root = new ScriptedChatClient(Block("print(('word ' * 40 + '\\n') * 50)"), "I saw x.", Block("FINAL(1)"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { ContextWindow = 2_000, SystemPrompt = "Write code." });
        await rlm.CompleteAsync(Text, "What was the night like?");
        Add("A summary is asked for", root.Calls[1].LastText[^900..]);
        Add("The run goes on from it", root.Calls[2].LastText);
    }

    private async Task TaskAsync(string title, RlmContext context, Action<RlmOptions>? configure = null) =>
        Add(title, (await RootAsync([Block("FINAL(1)")], configure, context)).Calls[0].Messages[1].Text);

    private async Task ToldAsync(string title, string[] replies, Action<RlmOptions>? configure = null) =>
        Add(title, (await RootAsync(replies, configure)).Calls[replies.Length].LastText);

    private static async Task<ScriptedChatClient> RootAsync(string[] replies, Action<RlmOptions>? configure = null, RlmContext? context = null)
    {
        var root = new ScriptedChatClient(replies).Otherwise(_ => "FINAL(over)");
        var options = new RlmOptions { SubModel = new ScriptedChatClient().Otherwise(_ => "r") };
        configure?.Invoke(options);
        await using var rlm = new RecursiveLanguageModel(root, options);
        await rlm.CompleteAsync(context ?? Text, "What was the night like?");
        return root;
    }

    private void Part(string title) => _gallery.Append("\n# ").Append(title).Append('\n');

    private void Add(string title, string told) => _gallery.Append("\n## ").Append(title).Append("\n~~~~\n").Append(told.TrimEnd('\n')).Append("\n~~~~\n");
}
