using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl.Packages;

/// <summary>What a host allows Restricted sessions besides their own modules.</summary>
public sealed class AllowedModulesTests : ReplTest
{
    private static readonly string[] s_wrongNames = ["", "numpy.linalg", "3d", "a b", "../os"];

    private PackageFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new PackageFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [Test]
    public async Task Import_Allowed_GivesPublicNamesAndModulesOfThePackage()
    {
        _folder.Add("rlm_allowed_a/__init__.py", "import os\nimport rlm_allowed_a.part\nvalue = 1\n_own = 2\n__version__ = '3'").Add("rlm_allowed_a/part.py", "value = 4");
        EmbeddedRepl repl = await OpenAsync(Allowing("rlm_allowed_a"));

        CellResult result = await RunAsync(
            repl, "import rlm_allowed_a.part as part, rlm_allowed_a as a\nfrom rlm_allowed_a import value\nfrom rlm_allowed_a.part import *\nprint(a.value, a.__version__, a.part.value, part, value, dir(a))");

        result.Stdout.ShouldBe("1 3 4 <module 'rlm_allowed_a.part'> 4 ['value']\n", result.Error?.Traceback);
    }

    [TestCase("rlm_allowed_b.os", "AttributeError", "another module")]
    [TestCase("rlm_allowed_b.part.sys", "AttributeError", "another module")]
    [TestCase("rlm_allowed_b._own", "AttributeError", "names that begin with _")]
    [TestCase("from rlm_allowed_b import os", "ImportError", "os")]
    [TestCase("rlm_allowed_b.value = 2", "AttributeError", "value")]
    [TestCase("type(rlm_allowed_b).value = 2", "TypeError", "cannot be changed")]
    [TestCase("rlm_allowed_b.read()", "PermissionError", "open")]
    [TestCase("rlm_allowed_b.start()", "PermissionError", "not available")]
    [TestCase("rlm_allowed_b.look().listdir('/')", "PermissionError", "not available")]
    public async Task Code_ReachesForMore_IsRefused(string code, string type, string words)
    {
        _folder.Add(
            "rlm_allowed_b/__init__.py",
            """
            import os, subprocess
            import rlm_allowed_b.part
            value = 1
            _own = 2
            def read():
                return open("/etc/hostname").read()
            def start():
                return subprocess.run(["true"])
            def look():
                return os
            """).Add("rlm_allowed_b/part.py", "import sys");
        EmbeddedRepl repl = await OpenAsync(Allowing("rlm_allowed_b"));
        (await RunAsync(repl, "import rlm_allowed_b")).Error.ShouldBeNull();

        CellResult result = await RunAsync(repl, code);

        result.Error.ShouldNotBeNull().Type.ShouldBe(type);
        result.Error.Message.ShouldContain(words);
    }

    [Test]
    public async Task Function_OfAnAllowedModule_ImportsWhatItNeedsWhenCalled()
    {
        _folder.Add("rlm_allowed_c/__init__.py", "def late():\n    from rlm_allowed_c.deep import value\n    import rlm_dependency\n    return value + rlm_dependency.value")
            .Add("rlm_allowed_c/deep.py", "value = 40").Add("rlm_dependency.py", "value = 2");
        EmbeddedRepl repl = await OpenAsync(Allowing("rlm_allowed_c"));

        CellResult result = await RunAsync(repl, "import rlm_allowed_c\nprint(rlm_allowed_c.late())");

        result.Stdout.ShouldBe("42\n", result.Error?.Traceback);
        (await RunAsync(repl, "import rlm_dependency")).Error.ShouldNotBeNull().Type.ShouldBe("ModuleNotFoundError");
    }

    [Test]
    public async Task Import_AllowedElsewhere_IsRefusedHere()
    {
        _folder.Add("rlm_allowed_d.py", "value = 1");
        (await RunAsync(await OpenAsync(Allowing("rlm_allowed_d")), "import rlm_allowed_d")).Error.ShouldBeNull();

        CellResult result = await RunAsync(await OpenAsync(), "import rlm_allowed_d");

        result.Error.ShouldNotBeNull().Type.ShouldBe("ModuleNotFoundError");
    }

    [Test]
    public async Task Open_AllowedAndNotInstalled_SaysSo()
    {
        RlmConfigurationException exception = await Should.ThrowAsync<RlmConfigurationException>(() => OpenAsync(Allowing("rlm_is_not_installed")));

        exception.Message.ShouldContain("AllowedModules has 'rlm_is_not_installed', which is not installed for Python 3.");
        exception.Message.ShouldContain("PackagePaths");
    }

    [Test]
    public async Task Open_Required_RefusesAllowedModules()
    {
        RlmConfigurationException exception = await Should.ThrowAsync<RlmConfigurationException>(
            () => OpenAsync(Allowing("numpy") with { Profile = SandboxProfile.Required }));

        exception.Message.ShouldContain("'numpy'");
        exception.Message.ShouldContain("Required");
    }

    [Test]
    public void Options_RequiredWithAllowedModules_AreRefused() =>
        Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(
            new ScriptedChatClient(), new RlmOptions { SandboxProfile = SandboxProfile.Required, AllowedModules = ["numpy"] })).Message.ShouldContain("Required");

    [TestCaseSource(nameof(s_wrongNames))]
    public async Task Open_NameIsNoModule_SaysWhich(string name)
    {
        RlmConfigurationException exception = await Should.ThrowAsync<RlmConfigurationException>(() => OpenAsync(new ReplSessionOptions { AllowedModules = [name] }));

        exception.Message.ShouldContain($"'{name}'");
    }

    private ReplSessionOptions Allowing(string module) => new() { AllowedModules = [module], PackagePaths = [_folder.Path] };
}
