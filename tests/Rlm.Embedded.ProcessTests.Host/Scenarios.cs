using System.Diagnostics;
using System.Globalization;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>
/// What a test runs in a process of its own. A scenario prints lines for the test to read; its number is the exit code.
/// One that never returns prints "ready" when the test may act.
/// </summary>
internal static partial class Scenarios
{
    /// <summary>Runs the cells given as arguments in one Trusted session and prints what they print.</summary>
    public static Task<int> Cells(string[] cells) => CellsAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted }, cells);

    /// <summary>The same where PYTHONPATH counts.</summary>
    public static Task<int> CellsWithPythonPath(string[] cells) => CellsAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted, UsePythonPath = true }, cells);

    /// <summary>Runs the second argument in a Trusted session with packages in the folder that the first names, and then the third in a Restricted one.</summary>
    public static async Task<int> RestrictedAfterTrusted(string[] arguments)
    {
        int code = await CellsAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted, PackagePaths = [arguments[0]] }, [arguments[1]]);
        return code != 0 ? code : await CellsAsync(new ReplSessionOptions(), [arguments[2]]);
    }

    /// <summary>Runs the cell that the second argument holds with the time limit, in seconds, of the first; then the others without. Trusted.</summary>
    public static async Task<int> CutShort(string[] arguments)
    {
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });
        CellResult cut = await repl.ExecuteAsync(new Cell(arguments[1], TimeSpan.FromSeconds(double.Parse(arguments[0], CultureInfo.InvariantCulture))));
        Console.WriteLine(cut.Stopped);
        foreach (string code in arguments[2..])
        {
            CellResult result = await repl.ExecuteAsync(new Cell(code));
            Console.Write(result.Stdout + result.Error?.Traceback);
        }

        return 0;
    }

    private static async Task<int> CellsAsync(ReplSessionOptions options, string[] cells)
    {
        try
        {
            await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(options);
            foreach (string cell in cells)
            {
                CellResult result = await repl.ExecuteAsync(new Cell(cell));
                Console.Write(result.Stdout);
                if (result.Error is { } error)
                {
                    Console.Write(error.Traceback);
                    return 1;
                }
            }

            return 0;
        }
        catch (RlmConfigurationException exception)
        {
            Console.WriteLine(exception.Message);
            return 4;
        }
    }

    /// <summary>Writes a trajectory to the folder given, says "ready" after some turns and goes on for ever.</summary>
    public static async Task<int> Log(string[] arguments)
    {
        var model = new ScriptedChatClient { RecordCalls = false }.Otherwise(call =>
        {
            if (call.Number == 5)
            {
                Console.WriteLine("ready");
            }

            return "```repl\nprint('x' * 5_000)\n```";
        });
        await using RecursiveLanguageModel rlm = new(model, new RlmOptions { MaxTurns = 1_000_000, TrajectoryFolder = arguments[0] });
        await rlm.CompleteAsync(RlmContext.FromText("text"), "?");
        return 1;
    }

    /// <summary>Opens as many sessions at once as the first argument says; a thread of the pool waits for what the second names, if there is one.</summary>
    public static Task<int> ManyAtOnce(string[] arguments) => Crowd.SessionsAsync(int.Parse(arguments[0]), arguments.ElementAtOrDefault(1));

    /// <summary>Makes as many runs at once as the argument says.</summary>
    public static Task<int> RunsAtOnce(string[] arguments) => Crowd.RunsAsync(int.Parse(arguments[0]));

    /// <summary>Opens sessions, one for each number given and of its kind, while a loop in C holds the interpreter for ever; prints how each of them ended.</summary>
    public static async Task<int> Held(string[] kinds)
    {
        await using EmbeddedRepl first = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });
        await first.ExecuteAsync(new Cell("import collections, itertools"));
        Task<CellResult> held = first.ExecuteAsync(new Cell("collections.deque(itertools.repeat(None), maxlen=0)", TimeSpan.FromMilliseconds(500))).AsTask();
        await Task.Delay(200);
        Task<string>[] others = [.. kinds.Select(kind => Task.Run(async () =>
        {
            try
            {
                await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = Enum.Parse<SandboxProfile>(kind) });
                return "opened";
            }
            catch (EngineWedgedException)
            {
                return "told";
            }
        }))];
        Console.WriteLine((await held).Stopped);
        foreach (string ended in await Task.WhenAll(others))
        {
            Console.WriteLine(ended);
        }

        Environment.Exit(0);
        return 0;
    }

    /// <summary>Opens sessions until the address space is used up, closes one and opens another.</summary>
    public static async Task<int> NoMoreThreads(string[] unused)
    {
        List<EmbeddedRepl> open = [await EmbeddedRepl.OpenAsync()];
        using (Process self = Process.GetCurrentProcess())
        {
            AddressSpace.Limit((ulong)self.VirtualMemorySize64 + (6UL << 30));
        }

        try
        {
            while (open.Count < 64)
            {
                open.Add(await EmbeddedRepl.OpenAsync());
            }
        }
        catch (RlmException exception)
        {
            Console.WriteLine(exception.Message);
        }

        await open[^1].DisposeAsync();
        open[^1] = await EmbeddedRepl.OpenAsync();
        Console.WriteLine((await open[^1].ExecuteAsync(new Cell("print('goes on')"))).Stdout);
        return open.Count < 64 ? 0 : 1;
    }

    /// <summary>Tries to start twice and prints both messages.</summary>
    public static async Task<int> StartTwice(string[] unused)
    {
        for (int i = 0; i < 2; i++)
        {
            try
            {
                await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync();
                Console.WriteLine("started");
            }
            catch (RlmConfigurationException exception)
            {
                Console.WriteLine(exception.Message.ReplaceLineEndings(" | "));
            }
        }

        return 0;
    }

    /// <summary>Leaves the process while a session is busy: how, and with what, say the arguments.</summary>
    public static async Task<int> Leave(string[] arguments)
    {
        (string way, string busy) = (arguments[0], arguments[1]);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { SubCalls = new Answering(asked) });
        string code = busy switch
        {
            "idle" => "",
            "loop" => "while True: pass",
            "stubborn" => "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "sleep" => "import time\ntime.sleep(10 ** 6)",
            "query" => "llm_query('hang')",
            _ => throw new ArgumentException(busy),
        };
        _ = Task.Run(() => repl.ExecuteAsync(new Cell("llm_query('go')\n" + code, TimeSpan.FromHours(1))).AsTask());
        await asked.Task;
        Console.WriteLine("ready");
        switch (way)
        {
            case "return":
                return 0;
            case "exit":
                Environment.Exit(7);
                return 1;
            case "throw":
                new Thread(() => throw new InvalidOperationException("on purpose")).Start();
                break;
            case "failfast":
                Environment.FailFast("on purpose");
                break;
            case "signal":
                break;
            default:
                throw new ArgumentException(way);
        }

        await Task.Delay(Timeout.Infinite);
        return 1;
    }

    /// <summary>Runs cells and host calls by the thousand and prints what the process holds at eleven points: the first is after warm-up.</summary>
    public static async Task<int> Soak(string[] arguments)
    {
        int cells = int.Parse(arguments[0]);
        int calls = int.Parse(arguments[1]);
        int sessions = int.Parse(arguments[2]);
        Stopwatch clock = Stopwatch.StartNew();
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { SubCalls = new Answering(new TaskCompletionSource()) });
        await using EmbeddedRepl python = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });
        string[] trivial =
        [
            "x = 1", "x + 1", "print(x)", "d = {'a': [x]}", "s = 'text' * 10", "def f(a): return a + x\nf(2)", "1 / 0", "class C:\n    y = x", "[i for i in range(5)]",
            "SHOW_VARS()", "answer['content'] = 'draft'", "import json\njson.dumps(d)", "undefined", "x = (", "await llm_query('x')",
        ];
        const int Warm = 60_000;
        for (int i = 0; i < Warm; i++)
        {
            await repl.ExecuteAsync(new Cell(trivial[i % trivial.Length]));
        }

        await repl.ExecuteAsync(new Cell($"for i in range({Warm}): llm_query('p')"));
        for (int i = 0; i < 1_000; i++)
        {
            await OpenAndCloseAsync();
        }

        await ReportAsync("warm", clock, python);
        for (int part = 1; part <= 10; part++)
        {
            for (int i = 0; i < cells / 10; i++)
            {
                await repl.ExecuteAsync(new Cell(trivial[i % trivial.Length]));
            }

            await repl.ExecuteAsync(new Cell($"for i in range({calls / 10}): r = llm_query(f'prompt {{i}}')", TimeSpan.FromHours(1)));
            for (int i = 0; i < sessions / 10; i++)
            {
                await OpenAndCloseAsync();
            }

            await ReportAsync(part.ToString(CultureInfo.InvariantCulture), clock, python);
        }

        return 0;
    }

    /// <summary>Runs cells that print much or are cancelled in two Restricted sessions at once, and prints how many were followed by one that worked.</summary>
    public static async Task<int> Cancelled(string[] arguments)
    {
        int cells = int.Parse(arguments[0]);
        int[] worked = await Task.WhenAll(Enumerable.Range(0, 2).Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync();
            int right = 0;
            for (int i = 0; i < cells; i++)
            {
                using CancellationTokenSource cancel = new(1);
                string end = random.Next(2) == 0 ? "while True: pass" : "";
                await repl.ExecuteAsync(new Cell("m = ['x' * 1000 for k in range(200)]\nprint('y' * 200000)\n" + end), cancel.Token);
                CellResult next = await repl.ExecuteAsync(new Cell($"print({i})"));
                right += next.Stdout == $"{i}\n" ? 1 : 0;
            }

            return right;
        })));
        Console.WriteLine($"{worked.Sum()} of {2 * cells}");
        return 0;
    }

    private static async Task OpenAndCloseAsync()
    {
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Context = RlmContext.FromText(new string('c', 100_000)) });
        await repl.ExecuteAsync(new Cell("class C:\n    def me(self): return self\nc = C()\nc.c = c\nparts = [context[i:i + 100] for i in range(0, len(context), 100)]"));
    }

    // Resident memory says how busy the machine is, too: the accounts of the three allocators say what this process holds.
    private static async Task ReportAsync(string name, Stopwatch clock, EmbeddedRepl python)
    {
        string blocks = (await python.ExecuteAsync(new Cell("import gc, sys\ngc.collect()\nprint(sys.getallocatedblocks())"))).Stdout.Trim();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string[] status = File.ReadAllLines("/proc/self/status");
        string resident = status.First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        string threads = status.First(line => line.StartsWith("Threads:", StringComparison.Ordinal)).Split('\t')[^1];
        int handles = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        Console.WriteLine($"{name} {GC.GetTotalMemory(false)} {NativeHeap.UsedBytes} {blocks} {handles} {threads} {resident} {clock.Elapsed.TotalSeconds:F1}");
    }

    private sealed class Answering(TaskCompletionSource asked) : ISubCallHandler
    {
        public async ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken)
        {
            asked.TrySetResult();
            if (call.Prompt == "hang")
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }

            return "reply";
        }

        public ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<string>>([.. calls.Select(_ => "reply")]);
    }
}
