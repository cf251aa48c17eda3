using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>Code that a real model wrote has the outcome it has under stock Python.</summary>
public sealed class ModelWrittenCodeTests
{
    private const string Stock = """
        import ast, asyncio, contextlib, io, json, sys

        class Reply(str):
            def __await__(self):
                return str(self)
                yield

        class Replies(list):
            def __await__(self):
                return list(self)
                yield

        request = json.load(sys.stdin)
        spaces = {}
        for block in request["blocks"]:
            space = spaces.setdefault(block["run_id"], {
                "__name__": "__main__", "context": request["context"], "answer": {"content": "", "ready": False},
                "llm_query": lambda prompt, model=None: Reply(prompt), "rlm_query": lambda prompt, model=None: Reply(prompt),
                "llm_query_batched": lambda prompts, model=None: Replies(prompts), "rlm_query_batched": lambda prompts, model=None: Replies(prompts),
                "FINAL": lambda value: None, "FINAL_VAR": lambda name: None, "SHOW_VARS": lambda: "",
            })
            outcome = None
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    code = compile(block["code"], "<block>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                    result = eval(code, space)
                    if result is not None:
                        asyncio.run(result)
            except BaseException as exception:
                outcome = type(exception).__name__
            sys.stdout.write(json.dumps(outcome) + "\n")
        """;

    [Test]
    public async Task Blocks_HaveTheOutcomeOfStockPython()
    {
        string file = Path.Combine(SharedData() ?? Ignored("shared/data is not beside the repository; set RLM_SHARED_DATA"), "model-written-code", "blocks.jsonl");
        if (!File.Exists(file))
        {
            Ignored($"{file} is not there");
        }

        JsonElement[] blocks = [.. JsonLines.Read(await File.ReadAllTextAsync(file)).GroupBy(block => block.Text("run_id")).SelectMany(run => run.OrderBy(block => block.GetProperty("step").GetInt32()))];
        string context = string.Concat(Enumerable.Range(1, 400).Select(i => $"Document {i}: Anvoy spoke of money and of Saltram.\n\nPassage {i}. The answer may be {i}.\n"));
        string?[] expected = await StockAsync(JsonSerializer.Serialize(new { context, blocks }));

        using TemporaryFolder folder = new();
        JsonElement[] answers = await JsonLines.TalkAsync(
            blocks.Select((block, i) => JsonLines.Request(i, block.Text("code")!, block.Text("run_id"))), "--context", folder.Write("context.txt", context));

        List<string> differences = [.. Enumerable.Range(0, blocks.Length)
            .Where(i => expected[i] != answers[i].ErrorType())
            .Select(i => $"{blocks[i].Text("run_id")} step {blocks[i].GetProperty("step")}: stock {expected[i] ?? "success"}, here {answers[i].ErrorType() ?? "success"} {answers[i].Text("stderr")}\n{blocks[i].Text("code")}")];
        TestContext.Out.WriteLine($"{blocks.Length} blocks, {expected.Count(outcome => outcome is not null)} of them fail under stock Python, {differences.Count} differ");
        differences.Count.ShouldBeLessThanOrEqualTo(blocks.Length / 100, string.Join("\n\n", differences));
    }

    private static async Task<string?[]> StockAsync(string request)
    {
        ProcessStartInfo start = new("python3") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Stock);
        start.Environment["PYTHONUTF8"] = "1";
        try
        {
            using Process python = Process.Start(start)!;
            Task<string> output = python.StandardOutput.ReadToEndAsync();
            await python.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(request));
            python.StandardInput.Close();
            return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<string?>(line))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Ignored("there is no python3 on the PATH");
            throw;
        }
    }

    private static string? SharedData()
    {
        if (Environment.GetEnvironmentVariable("RLM_SHARED_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private static string Ignored(string reason)
    {
        Assert.Ignore(reason);
        return "";
    }
}
