using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>Many sessions at once in a process that has done nothing yet and whose pool is small.</summary>
internal static class Crowd
{
    /// <summary>Opens sessions at once, runs cells and batches in them, closes them and prints what threads of the pool have waited for meanwhile.</summary>
    /// <param name="sessions">How many.</param>
    /// <param name="wrong">What a thread of the pool is to wait for on purpose, or null.</param>
    public static Task<int> SessionsAsync(int sessions, string? wrong) => WatchAsync(sessions, wrong, UseSessionAsync);

    /// <summary>The same with whole runs: streamed, with children, tools and trajectories.</summary>
    public static async Task<int> RunsAsync(int runs)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rlm-crowd-");
        try
        {
            return await WatchAsync(runs, null, number => RunAsync(number, folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> WatchAsync(int count, string? wrong, Func<int, Task<bool>> use)
    {
        ThreadPool.SetMinThreads(2, 2);
        using PoolWatch watch = new();
        await Task.Run(() => Wait(wrong));
        bool[] right = await Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => use(number))));
        Console.WriteLine($"{right.Count(isRight => isRight)} of {count} right");

        // Events come by way of a buffer: a wait that begins after all others tells that all are there.
        using ManualResetEventSlim seen = new();
        Thread end = new(() =>
        {
            while (!seen.Wait(10))
            {
            }
        })
        { Name = "rlm-test-end" };
        end.Start();
        long until = Environment.TickCount64 + 30_000;
        while (!watch.HasSeen("rlm-test-end") && Environment.TickCount64 < until)
        {
            await Task.Delay(20);
        }

        seen.Set();
        end.Join();
        Console.WriteLine($"the end was {(watch.HasSeen("rlm-test-end") ? "seen" : "not seen")}");
        foreach (string wait in watch.Waits)
        {
            Console.WriteLine($"waited: {wait}");
        }

        return 0;
    }

    private static void Wait(string? wrong)
    {
        switch (wrong)
        {
            case "task":
                Task.Delay(50).Wait();
                break;
            case "handle":
                using (ManualResetEvent never = new(initialState: false))
                {
                    never.WaitOne(5_100);
                }

                break;
            case "lock":
                object held = new();
                using (ManualResetEventSlim ready = new())
                {
                    Thread owner = new(() =>
                    {
                        lock (held)
                        {
                            ready.Set();
                            Thread.Sleep(5_500);
                        }
                    });
                    owner.Start();
                    SpinWait.SpinUntil(() => ready.IsSet);
                    lock (held)
                    {
                        break;
                    }
                }
        }
    }

    private static async Task<bool> UseSessionAsync(int number)
    {
        bool isRight = true;
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { SubCalls = new Slow(), Context = RlmContext.FromText($"text {number}"), Output = _ => { } });
        for (int i = 0; i < 3; i++)
        {
            CellResult cell = await repl.ExecuteAsync(new Cell($"import json\nx = json.dumps([context, {i}])\nprint(x)"));
            isRight &= cell.Stdout == $"[\"text {number}\", {i}]\n";
            CellResult calls = await repl.ExecuteAsync(new Cell("print(llm_query('one'), llm_query_batched(['a', 'b', 'c']))"));
            isRight &= calls.Stdout == "ONE ['A', 'B', 'C']\n";
        }

        return isRight;
    }

    private static async Task<bool> RunAsync(int number, string folder)
    {
        using ScriptedChatClient model = new ScriptedChatClient { RecordCalls = false }.Otherwise(call => new ScriptedReply
        {
            Text = call.Messages switch
            {
                [_] => "said",
                [_, var question, ..] when question.Text.Contains("child", StringComparison.Ordinal) => "FINAL(grown)",
                { Count: < 8 } => "```repl\nprint(tool(2), llm_query_batched(['plain'] * 3), rlm_query_batched(['child'] * 2))\n```",
                _ => $"```repl\nFINAL(context + str(tool(1)))\n```",
            },
            Delay = TimeSpan.FromMilliseconds(5),
        });
        RlmOptions options = new()
        {
            MaxDepth = 2,
            TrajectoryFolder = folder,
            Tools = { RlmTool.FromDelegate(async (int x) => { await Task.Delay(1); return x + 1; }, "tool") },
        };
        await using RecursiveLanguageModel rlm = new(model, options);
        string answer = "";
        await foreach (RlmEvent happened in rlm.StreamAsync(RlmContext.FromText($"text {number}, "), "What is it?"))
        {
            answer = happened is RlmEvent.RunEnded { Depth: 0 } ended ? ended.Result.Text : answer;
        }

        return answer == $"text {number}, 2";
    }

    /// <summary>Answers in capitals, after a moment.</summary>
    private sealed class Slow : ISubCallHandler
    {
        public async ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken)
        {
            await Task.Delay(5, cancellationToken);
            return call.Prompt.ToUpperInvariant();
        }

        public async ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
            await Task.WhenAll(calls.Select(call => CallAsync(call, cancellationToken).AsTask()));
    }
}
