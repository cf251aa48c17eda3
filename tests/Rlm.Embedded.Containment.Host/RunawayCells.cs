using System.Diagnostics;
using System.Text.Json;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Containment.Host;

/// <summary>Runs one runaway in some sessions at once, with innocent ones beside them, and writes what it measured as a line of JSON.</summary>
internal static class RunawayCells
{
    private const int Rounds = 3;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(0.5);

    public static async Task<int> RunAsync(string name, int hostile, int innocent)
    {
        string code = Runaways.All.Single(one => one.Name == name).Code;
        ReplSessionOptions options = new() { Limits = new ReplLimits { Memory = 256L << 20 } };
        EmbeddedRepl other = await OpenAsync(options);
        EmbeddedRepl[] sessions = await Task.WhenAll(Enumerable.Range(0, hostile + innocent).Select(_ => OpenAsync(options)));
        List<double> overruns = [];
        List<double> answers = [];
        int wedged = 0, wrong = 0;
        for (int round = 0; round < Rounds && wedged == 0; round++)
        {
            Task<(double Late, CellStop Stop)>[] running = [.. sessions[..hostile].Select(session => Task.Run(() => StopAsync(session, code)))];
            Task<bool>[] beside = [.. sessions[hostile..].Select(session => Task.Run(() => IsRightAsync(session)))];
            Task all = Task.WhenAll(running);
            while (!all.IsCompleted)
            {
                // What another session waits for its answer, be it that the interpreter is held.
                await Task.Delay(50);
                long asked = Stopwatch.GetTimestamp();
                await other.ExecuteAsync(new Cell("1 + 1"));
                answers.Add(Stopwatch.GetElapsedTime(asked).TotalSeconds);
            }

            foreach ((double late, CellStop stop) in await Task.WhenAll(running))
            {
                overruns.Add(late);
                wedged += stop == CellStop.Wedged ? 1 : 0;
            }

            wrong += (await Task.WhenAll(beside)).Count(right => !right);
        }

        overruns.Sort();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new[] { overruns[overruns.Count / 2], overruns[^1], wedged, wrong, answers.Max() }));

        // What still runs would keep an ordinary end waiting.
        Environment.Exit(0);
        return 0;
    }

    private static async Task<EmbeddedRepl> OpenAsync(ReplSessionOptions options)
    {
        EmbeddedRepl session = await EmbeddedRepl.OpenAsync(options);
        await session.ExecuteAsync(new Cell("import asyncio, collections, decimal, itertools, json, math, queue, re, time"));
        return session;
    }

    private static async Task<(double Late, CellStop Stop)> StopAsync(EmbeddedRepl session, string code)
    {
        long start = Stopwatch.GetTimestamp();
        CellResult result = await session.ExecuteAsync(new Cell(code, s_limit));
        return ((Stopwatch.GetElapsedTime(start) - s_limit).TotalSeconds, result.Stopped);
    }

    private static async Task<bool> IsRightAsync(EmbeddedRepl session) =>
        (await session.ExecuteAsync(new Cell("print(sum(k * 3 for k in range(20000)))", TimeSpan.FromMinutes(1)))).Stdout == "599970000\n";
}
