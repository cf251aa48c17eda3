using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl.Packages;

/// <summary>Which packages a session may import.</summary>
public sealed class PackagePathsTests : ReplTest
{
    private PackageFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new PackageFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [Test]
    public async Task Import_TrustedWithPaths_FindsThePackage()
    {
        _folder.Add("rlm_sample_a/__init__.py", "from .part import value").Add("rlm_sample_a/part.py", "value = 42");
        EmbeddedRepl repl = await OpenAsync(Trusted());

        CellResult result = await RunAsync(repl, "import rlm_sample_a\nprint(rlm_sample_a.value)");

        result.Stdout.ShouldBe("42\n", result.Error?.Traceback);
    }

    [Test]
    public async Task Import_Restricted_FindsNoPackageThoughATrustedSessionHasIt()
    {
        _folder.Add("rlm_sample_b.py", "value = 42");
        await RunAsync(await OpenAsync(Trusted()), "import rlm_sample_b");
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { PackagePaths = [_folder.Path] });

        CellResult result = await RunAsync(repl, "import rlm_sample_b");

        result.Error.ShouldNotBeNull().Type.ShouldBe("ModuleNotFoundError");
        result.Error.Message.ShouldContain("not installed in this session");
    }

    [Test]
    public async Task Import_PackageHasTheNameOfALibraryModule_TheLibrarysIsTaken()
    {
        _folder.Add("graphlib.py", "TopologicalSorter = 'taken'");

        CellResult result = await RunAsync(await OpenAsync(Trusted()), "import graphlib\nprint(graphlib.TopologicalSorter)");

        result.Stdout.ShouldBe("<class 'graphlib.TopologicalSorter'>\n", result.Error?.Traceback);
    }

    [Test]
    public async Task Import_TrustedAfterARestrictedSessionUsedTheLibrary_PackagesMayStillChangeClassesOfTheirOwn()
    {
        await RunAsync(await OpenAsync(), "import abc, enum, typing, decimal, datetime, collections, dataclasses, fractions, numbers, re, json");
        _folder.Add(
            "rlm_sample_c.py",
            """
            import abc, collections, dataclasses, enum, numbers, typing
            class Kind(enum.IntFlag):
                A = 1
                B = 2
            @dataclasses.dataclass
            class Row(typing.Generic[typing.TypeVar("T")]):
                kind: Kind = Kind.A
            class Own(abc.ABC): pass
            class Number(float): pass
            numbers.Real.register(Number)
            collections.abc.Sequence.register(Own)
            Row.added = property(lambda self: self.kind | Kind.B)
            """);

        CellResult result = await RunAsync(await OpenAsync(Trusted()), "import rlm_sample_c\nprint(int(rlm_sample_c.Row().added))");

        result.Stdout.ShouldBe("3\n", result.Error?.Traceback);
    }

    [Test]
    public async Task Open_PathIsNoFolder_SaysWhich()
    {
        RlmConfigurationException exception = await Should.ThrowAsync<RlmConfigurationException>(() => OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted, PackagePaths = ["/nowhere/at/all"] }));

        exception.Message.ShouldContain("'/nowhere/at/all'");
    }

    [Test]
    public async Task Thread_OfATrustedSession_ImportsToo()
    {
        _folder.Add("rlm_sample_d.py", "value = 42");
        EmbeddedRepl repl = await OpenAsync(Trusted());

        CellResult result = await RunAsync(
            repl, "import threading\ngot = []\ndef work():\n    import rlm_sample_d\n    got.append(rlm_sample_d.value)\nt = threading.Thread(target=work); t.start(); t.join()\nprint(got)");

        result.Stdout.ShouldBe("[42]\n", result.Stderr);
    }

    private ReplSessionOptions Trusted() => new() { Profile = SandboxProfile.Trusted, PackagePaths = [_folder.Path] };
}
