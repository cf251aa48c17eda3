using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplLifetimeTests : ReplTest
{
    [Test]
    public async Task DisposeAsync_Twice_DoesNothing()
    {
        EmbeddedRepl repl = await OpenAsync();

        await repl.DisposeAsync();
        await repl.DisposeAsync();
    }

    [Test]
    public async Task ExecuteAsync_AfterDispose_IsRefused()
    {
        EmbeddedRepl repl = await OpenAsync();
        await repl.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => RunAsync(repl, "1"));
        await Should.ThrowAsync<ObjectDisposedException>(() => repl.RenderVariableAsync("x").AsTask());
        Should.Throw<ObjectDisposedException>(() => repl.Context);
    }

    [Test]
    public async Task OpenAsync_TokenCancelled_Throws() =>
        await Should.ThrowAsync<OperationCanceledException>(() => EmbeddedRepl.OpenAsync(null, new CancellationToken(canceled: true)).AsTask());

    [Test]
    public async Task OpenAsync_NextSession_SeesNothingOfTheFirst()
    {
        EmbeddedRepl first = await OpenAsync();
        await RunAsync(first, "secret = 1\nlen = None\nanswer['content'] = 'mine'");
        await first.DisposeAsync();

        EmbeddedRepl second = await OpenAsync();

        (await RunAsync(second, "len('abc')")).Stdout.ShouldBe("3\n");
        (await RunAsync(second, "answer['content']")).Stdout.ShouldBe("''\n");
        (await RunAsync(second, "secret")).Error!.Type.ShouldBe("NameError");
    }

    [Test]
    public async Task DisposeAsync_Session_ReleasesItsObjects()
    {
        EmbeddedRepl watcher = await OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });
        const string Count = "import gc\n_ = gc.collect()\nsum(type(o).__name__ == 'Leaky' for o in gc.get_objects())";
        for (int i = 0; i < 3; i++)
        {
            EmbeddedRepl repl = await OpenAsync();
            await RunAsync(repl, """
                class Leaky:
                    def __init__(self): self.me = self
                def g():
                    x = Leaky()
                    yield x
                one = Leaky()
                it = g(); next(it)
                def closed(v=Leaky()): return v, one
                try: 1 / 0
                except ZeroDivisionError as e: kept = e
                answer['content'] = one
                """);
            (await RunAsync(watcher, Count)).Stdout.ShouldBe("3\n");

            await repl.DisposeAsync();

            (await RunAsync(watcher, Count)).Stdout.ShouldBe("0\n");
        }
    }

    [Test]
    public async Task DisposeAsync_FinaliserThatLoops_Ends()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, "class D:\n    def __del__(self):\n        while True: pass\nd = D()");

        await repl.DisposeAsync().AsTask().WaitAsync(Guard);

        (await PrintedAsync("1")).ShouldBe("1\n");
    }

    [Test]
    public async Task OpenAsync_OneAfterAnother_UsesTheSameThread()
    {
        List<string> threads = [];
        for (int i = 0; i < 3; i++)
        {
            EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });
            threads.Add((await RunAsync(repl, "import threading\nthreading.get_ident()")).Stdout);
            await repl.DisposeAsync();
        }

        threads.Distinct().Count().ShouldBe(1);
    }

    [Test]
    public async Task ExecuteAsync_Trusted_HasTheExtensionModules()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });

        CellResult result = await RunAsync(repl, "import _json, _decimal, _ssl, asyncio, sqlite3, ctypes, os\nprint(os.sep)");

        result.Error.ShouldBeNull(result.Error?.Traceback);
    }

    [TestCase("import os\nos.listdir()", "PermissionError")]
    [TestCase("import subprocess\nsubprocess.run('ls')", "ModuleNotFoundError")]
    [TestCase("from socket import socket\nsocket()", "ModuleNotFoundError")]
    [TestCase("__import__('os').system('ls')", "PermissionError")]
    [TestCase("open('/etc/passwd')", "PermissionError")]
    [TestCase("input()", "PermissionError")]
    [TestCase("eval('().__reduce_ex__')", "PermissionError")]
    public async Task ExecuteAsync_Restricted_RefusesWhatReachesOutside(string code, string type)
    {
        CellResult result = await RunAsync(code);

        result.Error!.Type.ShouldBe(type);
    }

    [Test]
    public async Task DisposeAsync_WhileACellRuns_ClosesBehindItAndKeepsItsResult()
    {
        EmbeddedRepl repl = await EmbeddedRepl.OpenAsync();
        Task<CellResult> running = repl.ExecuteAsync(new Cell("import time\ntime.sleep(0.05)\nprint('done')")).AsTask();

        await repl.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        (await running).Stdout.ShouldBe("done\n");
        await Should.ThrowAsync<ObjectDisposedException>(async () => await repl.ExecuteAsync(new Cell("1")));
    }
}
