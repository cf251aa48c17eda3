using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>Variables that go to a file and come back.</summary>
public sealed class SavedVariablesTests : ReplTest
{
    private const int HeaderBytes = 48;

    [Test]
    public async Task SaveAsync_PlainData_ComesBackAsItWas()
    {
        const string Code = """
            n = None; t = True; f = False
            i = 0; big = -(1 << 70_000) + 12345; neg = -1; edge = (1 << 63, -(1 << 63))
            d = 1.5; inf = float('-inf'); zero = -0.0
            s = 'caf\u00e9 \U0001F600 \ud800\r\n\0'; empty = ''
            b = bytes(range(256)); nob = b''
            nested = {'a': [1, (2, {3, 4}, frozenset({'x'}))], 5: {None: b'k', (1, 'z'): 2.5}, True is False: []}
            """;

        (EmbeddedRepl copy, SavedVariables saved) = await CopyAsync(Code);

        saved.NotSaved.ShouldBeEmpty();
        (await RunAsync(copy, "restored = {k: v for k, v in globals().items() if not k.startswith('__') and k != 'context' and not callable(v)}")).Error.ShouldBeNull();
        await RunAsync(copy, Code);
        (await RunAsync(copy, "print(len(restored), [k for k, v in restored.items() if v != globals()[k] or type(v) is not type(globals()[k])], str(restored['zero']), list(restored['nested']))")).Stdout
            .ShouldBe("15 [] -0.0 ['a', 5, False]\n");
    }

    [Test]
    public async Task SaveAsync_SharedAndCircular_KeepIdentity()
    {
        (EmbeddedRepl copy, SavedVariables saved) = await CopyAsync("""
            shared = [1]
            a = {'x': shared, 'y': (shared, shared)}
            loop = [1]
            loop.append({'back': loop})
            text = 'long text ' * 10
            texts = [text, text]
            """);

        saved.Names.ShouldBe(["shared", "a", "loop", "text", "texts"]);
        (await RunAsync(copy, "shared.append(2)\nprint(a, a['y'][1] is shared, loop[1]['back'] is loop, texts[0] is text, texts[1] is text)")).Stdout
            .ShouldBe("{'x': [1, 2], 'y': ([1, 2], [1, 2])} True True True True\n");
    }

    [Test]
    public async Task SaveAsync_WhatIsNotPlain_IsNamedAndTheRestSaved()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, """
            import re, collections
            class C: pass
            class L(list): pass
            def f(): pass
            before = 'x'
            c = C(); sub = L(); counter = collections.Counter('aa'); inner = [1, {'k': f}]
            circle = ([],)
            circle[0].append(circle)
            deep = []
            for _ in range(2000): deep = [deep]
            after = [before]
            answer = {'content': 'x', 'ready': False}
            """);

        SavedVariables saved = await repl.SaveAsync(Stream.Null);

        saved.Names.ShouldBe(["before", "_", "after"]);
        saved.NotSaved.Select(one => $"{one.Name}: {one.Reason}").ShouldBe(
        [
            "re: it is a module, which is not plain data",
            "collections: it is a module, which is not plain data",
            "C: it is a type, which is not plain data",
            "L: it is a type, which is not plain data",
            "f: it is a function, which is not plain data",
            "c: it is a C, which is not plain data",
            "sub: it is a L, which is not plain data",
            "counter: it is a Counter, which is not plain data",
            "inner: it holds a function, which is not plain data",
            "circle: a tuple in it contains itself",
            "answer: it is the draft of an answer",
            "deep: it nests deeper than 1,000 levels",
        ], ignoreOrder: true);
    }

    [Test]
    public async Task SaveAsync_HostileVariables_RunNoCode()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = Rlm.Embedded.Sandbox.SandboxProfile.Trusted });
        await RunAsync(repl, """
            ran = []
            class Evil(str):
                def __hash__(self): ran.append('hash'); return 1
                def __eq__(self, other): ran.append('eq'); return True
                def __reduce__(self): ran.append('reduce'); return (print, ())
                def __repr__(self): ran.append('repr'); return ''
            e = Evil('x')
            keyed = {e: 1}
            ran.clear()
            """);

        (await repl.SaveAsync(Stream.Null)).Names.ShouldBe(["ran"]);
        (await RunAsync(repl, "ran")).Stdout.ShouldBe("[]\n");
    }

    [Test]
    public async Task RestoreAsync_NamesOfTheSession_AreRefusedAndNothingIsBound()
    {
        foreach (string name in (string[])["context", "__builtins__", "FINAL", "llm_query", "answer"])
        {
            EmbeddedRepl repl = await OpenAsync();
            using MemoryStream file = Frame([2, 1, (byte)'a', (byte)'N', .. Name(name), (byte)'T']);

            (await Should.ThrowAsync<RlmSavedVariablesException>(() => repl.RestoreAsync(file).AsTask())).Message.ShouldContain($"'{name}'");
            (await RunAsync(repl, "'a' in globals()")).Stdout.ShouldBe("False\n");
        }
    }

    [Test]
    public async Task RestoreAsync_OtherFilesAndDamage_SayWhatIsWrong()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, "x = list(range(100))");
        using MemoryStream file = new();
        await repl.SaveAsync(file);
        byte[] good = file.ToArray();

        await FailsAsync(repl, "hello"u8.ToArray(), "not a file of saved variables");
        await FailsAsync(repl, [], "not a file of saved variables");
        await FailsAsync(repl, good[..(HeaderBytes - 5)], "end early");
        await FailsAsync(repl, good[..^1], "end early");
        await FailsAsync(repl, [.. good[..7], 9, .. good[8..]], "version 9");
        await FailsAsync(repl, [.. good[..^1], (byte)~good[^1]], "damaged");
        byte[] huge = [.. good];
        BinaryPrimitives.WriteInt64LittleEndian(huge.AsSpan(8), 1L << 40);
        await FailsAsync(repl, huge, "the most that is read");
    }

    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'?' }, "begins with 63")]
    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'L', 0xFF, 0xFF, 0xFF, 0xFF, 0x0F }, "counts")]
    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'L', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "no end")]
    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'R', 0 }, "no object 0")]
    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'U', 1, (byte)'R', 0 }, "no object 0")]
    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'M', 1, (byte)'L', 0, (byte)'N' }, "unhashable")]
    [TestCase(new byte[] { 1, 1, (byte)'a', (byte)'S', 1, 0xFF }, "utf-8")]
    [TestCase(new byte[] { 0, 7 }, "more after")]
    [TestCase(new byte[] { 2, 1, (byte)'a', (byte)'N' }, "early")]
    public async Task RestoreAsync_ForgedBody_SaysWhatIsWrong(byte[] body, string expected) => await FailsAsync(await OpenAsync(), Frame(body).ToArray(), expected);

    [Test]
    public async Task RestoreAsync_NestedTooDeep_IsRefused() =>
        await FailsAsync(await OpenAsync(), Frame([1, 1, (byte)'a', .. Enumerable.Repeat<byte[]>([(byte)'L', 1], 100_000).SelectMany(one => one), (byte)'N']).ToArray(), "nests deeper");

    [Test]
    public async Task RestoreAsync_MoreThanTheSessionMayHold_IsRefusedAndTheSessionGoesOn()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { Memory = 16 << 20 } });

        await FailsAsync(repl, Frame([1, 1, (byte)'a', (byte)'B', .. Number(40 << 20), .. new byte[40 << 20]]).ToArray(), "do not fit");
        (await RunAsync(repl, "1 + 1")).Stdout.ShouldBe("2\n");
    }

    [Test]
    public void RestoreAsync_AnyBytes_NeverCrash() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), body => ForgedAsync(body ?? []).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public async Task RestoreAsync_DamagedCopiesOfAGoodBody_NeverCrash()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, "a = [1, ('x', {2: 'y'}, {3})]\nb = {'a': a, 'f': frozenset({(1, 2)}), 'n': 1 << 80}\na.append(b)");
        using MemoryStream file = new();
        await repl.SaveAsync(file);
        byte[] body = file.ToArray()[HeaderBytes..];
        Random random = new(7);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] forged = [.. body];
            for (int j = random.Next(1, 4); j > 0; j--)
            {
                forged[random.Next(forged.Length)] = (byte)(random.Next(3) == 0 ? "NTFIDSBLUMEZR"[random.Next(13)] : random.Next(256));
            }

            await ForgedAsync(forged);
        }
    }

    [Test]
    public async Task VariableFile_FileThatExists_IsReplacedInOneStep()
    {
        string folder = Directory.CreateTempSubdirectory("rlm-save-").FullName;
        try
        {
            string path = Path.Combine(folder, "vars");
            await File.WriteAllTextAsync(path, "old");
            EmbeddedRepl repl = await OpenAsync();
            await RunAsync(repl, "x = 5");

            SavedVariables saved = await VariableFile.SaveAsync(repl, path);

            saved.Bytes.ShouldBe(new FileInfo(path).Length);
            Directory.GetFiles(folder).ShouldBe([path]);
            EmbeddedRepl other = await OpenAsync();
            RestoredVariables restored = await VariableFile.RestoreAsync(other, path);
            restored.Names.ShouldBe(["x"]);
            restored.Variables.ShouldBe([new ReplVariable("x", "int")]);
            CellResult next = await RunAsync(other, "y = x + 1");
            next.NewVariables.ShouldBe([new ReplVariable("y", "int")]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FailsAsync(EmbeddedRepl repl, byte[] file, string expected)
    {
        using MemoryStream source = new(file);
        (await Should.ThrowAsync<RlmSavedVariablesException>(() => repl.RestoreAsync(source).AsTask())).Message.ShouldContain(expected);
    }

    private static async Task<bool> ForgedAsync(byte[] body)
    {
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync();
        using MemoryStream file = Frame(body);
        try
        {
            await repl.RestoreAsync(file);
        }
        catch (RlmSavedVariablesException)
        {
            // Refused, as it should be.
        }

        return (await repl.ExecuteAsync(new Cell("import gc\nrepr(globals())\nprint(1)"))).Error is null or { Type: not "EngineWedged" };
    }

    private static byte[] Name(string name) => [(byte)name.Length, .. name.Select(c => (byte)c)];

    private static byte[] Number(int number)
    {
        List<byte> bytes = [];
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        return [.. bytes, (byte)number];
    }

    private static MemoryStream Frame(byte[] body)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, body.Length);
        return new MemoryStream([.. "RLMVARS"u8, 1, .. length, .. SHA256.HashData(body), .. body]);
    }

    private async Task<(EmbeddedRepl Copy, SavedVariables Saved)> CopyAsync(string code)
    {
        EmbeddedRepl repl = await OpenAsync();
        CellResult made = await RunAsync(repl, code);
        made.Error.ShouldBeNull(made.Error?.Traceback);
        using MemoryStream file = new();
        SavedVariables saved = await repl.SaveAsync(file);
        file.Position = 0;
        EmbeddedRepl copy = await OpenAsync();
        await copy.RestoreAsync(file);
        return (copy, saved);
    }
}
