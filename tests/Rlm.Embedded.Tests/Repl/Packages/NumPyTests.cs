using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl.Packages;

/// <summary>NumPy and pandas as they are installed for the Python that runs.</summary>
public sealed class NumPyTests : ReplTest
{
    private static readonly ReplSessionOptions s_trusted = new() { Profile = SandboxProfile.Trusted };

    private static readonly string[] s_work =
    [
        "a = np.arange(1000).reshape(10, 100); r = int((a @ a.T).trace())",
        "a = np.random.default_rng(7).normal(size=(30, 30)); r = round(float(np.linalg.det(a @ np.linalg.inv(a))), 6)",
        "a = np.sort(np.arange(5000)[::-1]); r = (int(a[0]), int(a[-1]), a.dtype.name)",
        "df = pd.DataFrame({'k': list('abca'), 'v': [1, 2, 3, 4]}); r = df.groupby('k').v.sum().to_dict()",
        "r = pd.Series(pd.date_range('2024-01-30', periods=3)).dt.day.tolist()",
        "import io; r = pd.read_csv(io.StringIO('a,b\\n1,x\\n2,y')).shape",
        "try: np.ones(2) @ np.ones(3)\nexcept ValueError as e: r = 'mismatch' in str(e)",
        "m = np.ma.masked_less(np.arange(5), 2); r = int(m.sum()); b = np.frombuffer(b'ab', 'u1').tolist()",
    ];

    [OneTimeSetUp]
    public async Task StartAsync() => await (await EmbeddedRepl.OpenAsync(s_trusted)).DisposeAsync();

    [Test]
    public async Task Cells_AThousandInOneSession_AllGiveTheSame()
    {
        EmbeddedRepl repl = await OpenWithBothAsync();
        string[] expected = await ResultsAsync(repl);

        for (int i = 0; i < 1000 / s_work.Length; i++)
        {
            (await ResultsAsync(repl)).ShouldBe(expected);
        }

        expected[0].ShouldNotBeEmpty();
        expected[3].ShouldBe("{'a': 5, 'b': 2, 'c': 3}");
    }

    [Test]
    public async Task Cells_InSixSessionsAtOnce_AllGiveTheSame()
    {
        string[] expected = await ResultsAsync(await OpenWithBothAsync());

        string[][] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            EmbeddedRepl repl = await OpenWithBothAsync();
            for (int i = 0; i < 20; i++)
            {
                (await ResultsAsync(repl)).ShouldBe(expected);
            }

            return await ResultsAsync(repl);
        }));

        all.ShouldAllBe(results => results.SequenceEqual(expected));
    }

    [TestCase("while True:\n    np.ones(100).sum()")]
    [TestCase("while True:\n    try: np.ones(100) / np.arange(100)\n    except BaseException: pass")]
    [TestCase("while True:\n    np.sort(np.arange(20_000)[::-1])")]
    [TestCase("s = pd.Series(range(200))\nwhile True:\n    s.apply(lambda x: x + 1)")]
    [TestCase("np.vectorize(lambda x: sum(range(10**4)))(np.arange(10**5))")]
    public async Task Cell_LoopsWithNumPyInside_IsStopped(string code)
    {
        EmbeddedRepl repl = await OpenWithBothAsync();

        CellResult result = await RunAsync(repl, code, Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
        (await RunAsync(repl, s_work[0] + "\nprint(r)")).Error.ShouldBeNull();
    }

    [Test]
    public async Task Cells_StoppedAgainAndAgain_LeaveNumPyUsable()
    {
        EmbeddedRepl repl = await OpenWithBothAsync();
        string[] expected = await ResultsAsync(repl);

        for (int i = 0; i < 20; i++)
        {
            CellResult stopped = await RunAsync(repl, "while True:\n    pd.DataFrame(np.ones((50, 50))).groupby(0).sum()", TimeSpan.FromMilliseconds(30 + i));
            stopped.Stopped.ShouldBe(CellStop.Timeout);
        }

        (await ResultsAsync(repl)).ShouldBe(expected);
    }

    [TestCase("np.ones(10**8)")]
    [TestCase("np.zeros((10_000, 10_000))")]
    [TestCase("l = []\nwhile True: l.append(np.zeros(10**6))")]
    [TestCase("a = np.ones(10**6)\nwhile True: a = np.concatenate([a, a])")]
    [TestCase("a = np.ones(10**7)\nb = a + a\nc = a.astype('c16')\nd = c.copy()")]
    [TestCase("pd.DataFrame(np.ones((3_000, 3_000))).T.copy() + 1")]
    public async Task Arrays_MoreThanTheQuota_AreRefused(string code)
    {
        EmbeddedRepl repl = await OpenWithBothAsync(new ReplLimits { Memory = 128 << 20 });

        CellResult result = await RunAsync(repl, code);

        result.Stopped.ShouldBe(CellStop.Memory, result.Error?.Traceback);
        result.Error.ShouldNotBeNull().Message.ShouldContain("128 MiB");
    }

    [Test]
    public async Task Arrays_MoreThanTheQuota_CodeMayCatchMemoryError()
    {
        EmbeddedRepl repl = await OpenWithBothAsync(new ReplLimits { Memory = 128 << 20 });

        CellResult result = await RunAsync(repl, "try: np.ones(10**8)\nexcept MemoryError as e: print('caught', np.ones(10**6).sum())");

        result.Stdout.ShouldBe("caught 1000000.0\n", result.Error?.Traceback);
    }

    [Test]
    public async Task Arrays_Freed_GiveTheirMemoryBack()
    {
        EmbeddedRepl repl = await OpenWithBothAsync(new ReplLimits { Memory = 128 << 20 });

        CellResult result = await RunAsync(repl, "for _ in range(200):\n    a = np.ones(10**7)\n    a.resize(10**6, refcheck=False)\nprint(a.sum())");

        result.Stdout.ShouldBe("1000000.0\n", result.Error?.Traceback);
    }

    [Test]
    public async Task Arrays_OfAnotherSession_AreNotCountedHere()
    {
        EmbeddedRepl first = await OpenWithBothAsync(new ReplLimits { Memory = 256 << 20 });
        EmbeddedRepl second = await OpenWithBothAsync(new ReplLimits { Memory = 256 << 20 });

        (await RunAsync(first, "a = np.ones(25 * 10**6)")).Error.ShouldBeNull();
        (await RunAsync(second, "a = np.ones(25 * 10**6)")).Error.ShouldBeNull();
        (await RunAsync(first, "b = np.ones(25 * 10**6)")).Stopped.ShouldBe(CellStop.Memory);
    }

    [Test]
    public async Task Import_RestrictedWhileATrustedSessionHasThem_IsRefusedInWordsToGoOnFrom()
    {
        await OpenWithBothAsync();
        EmbeddedRepl restricted = await OpenAsync();

        CellError error = (await RunAsync(restricted, "import numpy as np")).Error.ShouldNotBeNull();

        error.Type.ShouldBe("ModuleNotFoundError");
        error.Message.ShouldContain("statistics");
    }

    [Test]
    public async Task Files_RestrictedSessionOpenedAfterNumPy_AreStillRefused()
    {
        await OpenWithBothAsync();
        EmbeddedRepl restricted = await OpenAsync();

        (await RunAsync(restricted, "open('/etc/hostname')")).Error.ShouldNotBeNull().Type.ShouldBe("PermissionError");
        (await RunAsync(restricted, "import statistics, decimal, json\nprint(statistics.mean([1, 2]), json.dumps([1]))")).Stdout.ShouldBe("1.5 [1]\n");
    }

    [Test]
    public async Task KernelFilter_AfterNumPyMadeItsThreads_IsOnRestrictedThreadsOnly()
    {
        EmbeddedRepl trusted = await OpenWithBothAsync();
        if (SandboxLayers.Missing().Count > 0)
        {
            Assert.Ignore($"this kernel lacks {string.Join(", ", SandboxLayers.Missing())}");
        }

        EmbeddedRepl restricted = await OpenAsync();
        (await RunAsync(restricted, "x = 1")).Error.ShouldBeNull();
        (await RunAsync(trusted, "a = np.random.rand(300, 300); a @ a")).Error.ShouldBeNull();

        CellResult result = await RunAsync(
            trusted,
            """
            import os
            def filters(task):
                with open(f"/proc/self/task/{task}/status") as status:
                    return next(int(line.split()[1]) for line in status if line.startswith("Seccomp_filters:"))
            def name(task):
                with open(f"/proc/self/task/{task}/comm") as comm:
                    return comm.read().strip()
            least = filters(os.getpid())
            print({name(task) for task in os.listdir("/proc/self/task") if filters(task) > least})
            """);

        result.Stdout.ShouldBe("{'rlm-python'}\n", result.Error?.Traceback);
    }

    [Test]
    public async Task Import_AllowedInRestricted_WorksAndIsCounted()
    {
        InstalledPackage.Require("numpy", "_multiarray_umath");
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { AllowedModules = ["numpy"], Limits = new ReplLimits { Memory = 128 << 20 } });

        CellResult result = await RunAsync(repl, "import numpy as np\nprint(np.linalg.inv(np.eye(2)).sum(), np.random.default_rng(1).integers(5, size=3).size)");

        result.Stdout.ShouldBe("2.0 3\n", result.Error?.Traceback);
        (await RunAsync(repl, "a = np.ones((1_000, 1_000)); print((a @ a).sum())")).Stdout.ShouldBe("1000000000.0\n");
        (await RunAsync(repl, "np.ones(10**8)")).Stopped.ShouldBe(CellStop.Memory);
        (await RunAsync(repl, "np.fromfile('/etc/hostname', 'u1')")).Error.ShouldNotBeNull().Type.ShouldBe("PermissionError");
    }

    private async Task<EmbeddedRepl> OpenWithBothAsync(ReplLimits? limits = null)
    {
        InstalledPackage.Require("numpy", "_multiarray_umath");
        InstalledPackage.Require("pandas", "lib");
        EmbeddedRepl repl = await OpenAsync(s_trusted with { Limits = limits ?? new ReplLimits() });
        CellResult result = await RunAsync(repl, "import numpy as np, pandas as pd");
        result.Error.ShouldBeNull(result.Error?.Traceback);
        return repl;
    }

    private static async Task<string[]> ResultsAsync(EmbeddedRepl repl)
    {
        List<string> results = [];
        foreach (string work in s_work)
        {
            CellResult result = await RunAsync(repl, work + "\nprint(r)");
            result.Error.ShouldBeNull(result.Error?.Traceback);
            results.Add(result.Stdout.TrimEnd());
        }

        return [.. results];
    }
}
