using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Chat;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.ProcessTests.Host;

/// <content>What a desktop program meets: a cage around it, one thread for its windows, signals that its parent ignores.</content>
internal static partial class Scenarios
{
    private const string Haystack = "The magic number is 4711.";

    /// <summary>Works while the process may neither fork nor exec.</summary>
    public static async Task<int> NoProcesses(string[] unused)
    {
        ProcessFilter.DenyProcesses();
        try
        {
            using Process child = Process.Start("true");
            return 1;
        }
        catch (Win32Exception)
        {
            Console.WriteLine("no process");
        }

        await WorkAsync();
        return 0;
    }

    /// <summary>Works on a thread that does one thing after another, waits on it for an opening session, and leaves in the middle of a cell.</summary>
    public static Task<int> OnAUiThread(string[] unused) => Task.FromResult(UiThread.Run(async () =>
    {
        int thread = Environment.CurrentManagedThreadId;
        await WorkAsync();
        Console.WriteLine(thread == Environment.CurrentManagedThreadId ? "same thread" : "another thread");

        // What a program should not do and many do.
        EmbeddedRepl repl = EmbeddedRepl.OpenAsync().AsTask().GetAwaiter().GetResult();
        Console.WriteLine(repl.ExecuteAsync(new Cell("print('waited for')")).AsTask().GetAwaiter().GetResult().Stdout.TrimEnd());
        _ = repl.ExecuteAsync(new Cell("while True: pass", TimeSpan.FromHours(1))).AsTask();
        Console.WriteLine("ready");
        return 0;
    }));

    /// <summary>Runs cells that only a signal ends, and prints how they did.</summary>
    public static async Task<int> Interrupted(string[] unused)
    {
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync();
        foreach (string code in (string[])["while True: pass", "import time\ntime.sleep(10 ** 6)", "9 ** 10 ** 9"])
        {
            Console.WriteLine((await repl.ExecuteAsync(new Cell(code, TimeSpan.FromMilliseconds(300)))).Stopped);
        }

        Console.WriteLine(EngineInfo.Read().ActiveLayers.Contains("interrupts"));
        return 0;
    }

    private static async Task WorkAsync()
    {
        foreach (SandboxProfile profile in (SandboxProfile[])[SandboxProfile.Restricted, SandboxProfile.Trusted])
        {
            await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = profile });
            Console.WriteLine((await repl.ExecuteAsync(new Cell("import json, re\nprint(json.dumps(re.findall('[0-9]+', 'a1b22')))"))).Stdout.TrimEnd());
        }

        string context = string.Concat(Enumerable.Range(0, 20_000).Select(line => line == 7_000 ? Haystack + "\n" : $"Line {line} says nothing.\n"));
        await using RecursiveLanguageModel rlm = new(new OfflineModel(), new RlmOptions { DirectCallThreshold = 0 });
        Console.WriteLine((await rlm.CompleteAsync(RlmContext.FromText(context), "What is the magic number?")).Text);
        using IChatClient client = new RecursiveChatClient(new ScriptedChatClient("```repl\nFINAL(len(context))\n```"), new RlmOptions { DirectCallThreshold = 1 });
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(new string('x', 100_000)))
        {
            Console.Write(update.Text);
        }

        Console.WriteLine();
    }
}
