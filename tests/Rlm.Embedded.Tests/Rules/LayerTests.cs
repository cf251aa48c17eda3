using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Rlm.Embedded.Sandbox.Linux;
using Rlm.Embedded.Tests.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>Each layer that is named was seen to hold something.</summary>
public sealed class LayerTests : ReplTest
{
    // Tried when a thread starts: a kernel that does not hold to them is an exception.
    private static readonly string[] s_kernels = ["no-new-privileges", "landlock", "seccomp"];

    private static readonly Dictionary<string, (string Code, string Error)> s_stopped = new(StringComparer.Ordinal)
    {
        ["limits"] = ("print('x' * 2_000_000)", ""),
        ["interrupts"] = ("import time\ntime.sleep(10 ** 6)", "TimeoutError"),
        ["memory-quota"] = ("x = bytearray(3 << 30)", "MemoryError"),
        ["code-gate"] = ("(i for i in ()).gi_frame", "PermissionError"),
        ["guards"] = ("import json\njson.dumps.x = 1", "TypeError"),
        ["capabilities"] = ("import ctypes\nctypes.CDLL", "ModuleNotFoundError"),
        ["audit-hook"] = ("", ""),
    };

    public static IEnumerable<string> Interpreters => s_stopped.Keys;

    [Test]
    public async Task Layers_OfAnOpenSession_AreProven()
    {
        await OpenAsync();

        EngineInfo info = EngineInfo.Read();
        info.LayersAreProven.ShouldBeTrue();
        Interrupts.AreProven.ShouldBe(OperatingSystem.IsLinux());
        MemoryQuota.IsProven.ShouldBe(true);
        AuditHook.IsProven.ShouldBe(true);
        info.ActiveLayers.Contains("interrupts").ShouldBe(Interrupts.AreProven is true);
        info.ActiveLayers.Contains("landlock").ShouldBe(ThreadConfinement.LandlockVersion > 0);
        info.ActiveLayers.Contains("seccomp").ShouldBe(ThreadConfinement.HasSeccomp);
    }

    [TestCaseSource(nameof(Interpreters))]
    public async Task Layer_Named_StopsWhatItIsFor(string layer)
    {
        EmbeddedRepl repl = await OpenAsync();
        EngineInfo.Read().ActiveLayers.ShouldContain(layer);
        (string code, string error) = s_stopped[layer];

        CellResult result = await RunAsync(repl, code, Short);

        (result.Error?.Type ?? "").ShouldBe(error, result.Error?.Traceback);
        result.Stdout.Length.ShouldBeLessThan(1_900_000);
    }

    [Test]
    public async Task Layers_Named_AreAllTried()
    {
        await OpenAsync();

        EngineInfo.Read().ActiveLayers.ShouldBeSubsetOf([.. s_stopped.Keys, .. s_kernels]);
    }

    [Test]
    public void Layers_OfTrusted_AreThoseThatNeedNoCage() =>
        SandboxLayers.Active(SandboxProfile.Trusted).ShouldBeSubsetOf(["limits", "interrupts", "memory-quota"]);
}
