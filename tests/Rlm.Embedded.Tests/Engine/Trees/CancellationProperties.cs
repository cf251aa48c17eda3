using System.Diagnostics;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Trees;

/// <summary>A run may be cancelled at any moment: it ends, leaves nothing behind, and the next one works.</summary>
[TestFixture]
internal sealed class CancellationProperties
{
    private const int Moments = 1_000;
    private const int RealEvery = 6;
    private const int MostPythonThreads = 64;

    [Test]
    public async Task Cancel_AtRandomMoments_EndsTheRunAndLeavesNothingBehind()
    {
        var random = new Random(7);
        var sessions = Sessions.Count;
        var cancelled = new Dictionary<bool, List<double>> { [true] = [], [false] = [] };
        for (var seed = 1; cancelled[true].Count + cancelled[false].Count < Moments; seed++)
        {
            var tree = new RandomTree(seed, real: seed % RealEvery == 0, limited: false);
            if (await CancelAsync(tree, random.Next(1, 60)) is { } milliseconds)
            {
                cancelled[tree.IsReal].Add(milliseconds);
            }

            tree.Open.ShouldBe(0, $"seed {seed}");
            tree.InFlight.ShouldBe(0, $"seed {seed}");
            Sessions.Count.ShouldBe(sessions, $"seed {seed}");
        }

        Report("without Python", cancelled[false]);
        Report("in the embedded Python", cancelled[true]);
        PythonThreads().ShouldBeLessThan(MostPythonThreads);
        await ShouldWorkAsync();
    }

    /// <summary>The cell is in the midst of its computing when the cancellation comes.</summary>
    [Test]
    public async Task Cancel_WhileACellComputes_EndsItAtItsInterruptPoint()
    {
        var sessions = Sessions.Count;
        var times = new List<double>();
        string[] busy = ["while True: pass", "sum(i for i in iter(int, 1))", "def f():\n    try:\n        while True: [0] * 10\n    except Exception: f()\nf()"];
        for (var i = 0; i < 100; i++)
        {
            using var source = new CancellationTokenSource();
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sub = new ScriptedChatClient().Otherwise(_ =>
            {
                started.TrySetResult();
                return "r";
            });
            await using var rlm = new RecursiveLanguageModel(
                new ScriptedChatClient($"```repl\nllm_query('I am about to compute')\n{busy[i % busy.Length]}\n```"), new RlmOptions { SubModel = sub });

            var run = rlm.CompleteAsync(RlmContext.FromText("x"), "?", source.Token);
            await started.Task;
            var from = Stopwatch.GetTimestamp();
            await source.CancelAsync();
            var end = await RlmFixture.CancelledAsync(() => run);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);

            end.Partial!.StopReason.ShouldBe(StopReason.Cancelled);
            Sessions.Count.ShouldBe(sessions);
        }

        Report("in a computing cell", times);
        await ShouldWorkAsync();
    }

    [Test]
    public async Task MaxTime_PassesAtRandomMoments_IsAResultAndLeavesNothingBehind()
    {
        var random = new Random(11);
        var sessions = Sessions.Count;
        var passed = 0;
        for (var seed = 1; passed < Moments / 2; seed++)
        {
            var tree = new RandomTree(seed, real: seed % RealEvery == 0, limited: false);
            var clock = new ManualClock();
            var moment = random.Next(1, 60);
            Task? passing = null;
            tree.WhenHappens = number => passing = number == moment ? Task.Run(() => clock.Advance(TimeSpan.FromMinutes(1)), CancellationToken.None) : passing;
            (tree.Options.TimeProvider, tree.Options.MaxTime) = (clock, TimeSpan.FromMinutes(1));
            await using var rlm = new RecursiveLanguageModel(tree.Root, tree.Options);
            try
            {
                var result = await rlm.CompleteAsync(RlmContext.FromText("x"), "?");
                passed += result.StopReason == StopReason.Time ? 1 : 0;
            }
            catch (RlmModelException failed)
            {
                failed.Partial.ShouldNotBeNull(); // its model failed before
            }

            await (passing ?? Task.CompletedTask);
            await QuietAsync(tree);
            tree.Open.ShouldBe(0, $"seed {seed}");
            tree.InFlight.ShouldBe(0, $"seed {seed}");
            Sessions.Count.ShouldBe(sessions, $"seed {seed}");
        }
    }

    /// <summary>How long the run went on after it was cancelled, in milliseconds, or null when it was over before.</summary>
    private static async Task<double?> CancelAsync(RandomTree tree, int moment)
    {
        using var source = new CancellationTokenSource();
        Task<long>? cancelling = null;
        tree.WhenHappens = number =>
        {
            if (number == moment)
            {
                cancelling = Task.Run(
                    () =>
                    {
                        var at = Stopwatch.GetTimestamp();
                        source.Cancel();
                        return at;
                    },
                    CancellationToken.None);
            }
        };
        await using var rlm = new RecursiveLanguageModel(tree.Root, tree.Options);
        try
        {
            await rlm.CompleteAsync(RlmContext.FromText("x"), "?", source.Token);
        }
        catch (RlmCanceledException end)
        {
            var ended = Stopwatch.GetTimestamp();
            end.CancellationToken.ShouldBe(source.Token);
            end.Partial!.StopReason.ShouldBe(StopReason.Cancelled);
            end.Partial.Usage.Calls.ShouldBe(tree.Bill.Calls);
            var began = await cancelling!;
            await QuietAsync(tree);
            return Stopwatch.GetElapsedTime(began, ended).TotalMilliseconds;
        }
        catch (RlmModelException failed)
        {
            failed.Partial.ShouldNotBeNull(); // its model failed before
        }

        if (cancelling is not null)
        {
            await cancelling;
        }

        return null;
    }

    /// <summary>A call that was abandoned ends by itself: it has its token.</summary>
    private static async Task QuietAsync(RandomTree tree)
    {
        for (var tries = 0; tree.InFlight > 0 && tries < 1_000_000; tries++)
        {
            await Task.Yield();
        }
    }

    private static async Task ShouldWorkAsync()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient("```repl\nFINAL(len(context))\n```"));

        (await rlm.CompleteAsync(RlmContext.FromText("four"), "?")).Text.ShouldBe("4");
    }

    private static int PythonThreads() => OperatingSystem.IsLinux()
        ? Directory.EnumerateDirectories("/proc/self/task").Count(task => File.ReadAllText(Path.Combine(task, "comm")).StartsWith("rlm-python", StringComparison.Ordinal))
        : 0;

    private static void Report(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        TestContext.Out.WriteLine(
            $"{milliseconds.Count} cancelled {what}: median {milliseconds[milliseconds.Count / 2]:0.00} ms, 99% {milliseconds[milliseconds.Count * 99 / 100]:0.00} ms, most {milliseconds[^1]:0.00} ms; {PythonThreads()} Python threads");
    }
}
