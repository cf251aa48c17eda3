using System.Diagnostics;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>Virtual environments and PYTHONPATH: read once, when the interpreter starts.</summary>
public sealed class UserPackagesTests
{
    // What modules of the standard library look for that is not there on Linux.
    private static readonly string[] s_optional = ["_winapi", "_wmi", "msvcrt", "nt", "org"];

    private string _folder = "";
    private string _base = "";
    private string _version = "";

    [OneTimeSetUp]
    public async Task AskForTheBaseAsync()
    {
        (int code, string output) = await HostProcess.RunAsync(null, "Cells", "import sys\nprint(sys.prefix)\nprint('%d.%d' % sys.version_info[:2])");
        code.ShouldBe(0, output);
        string[] lines = output.Split('\n');
        (_base, _version) = (lines[0], lines[1]);
    }

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("rlm-user-").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("VIRTUAL_ENV")]
    [TestCase("RLM_PYTHON_HOME")]
    public async Task VirtualEnvironment_Named_ItsPackagesAreThere(string variable)
    {
        string environment = MakeEnvironment(withSystem: false);

        (int code, string output) = await HostProcess.RunAsync(
            With(variable, environment), "Cells", "import rlm_in_venv, sys\nprint(rlm_in_venv.value, [p for p in sys.path if 'packages' in p])");

        output.ShouldBe($"42 ['{environment}/lib/python{_version}/site-packages']\n");
        code.ShouldBe(0);
    }

    [Test]
    public async Task VirtualEnvironment_WithTheSystems_HasThoseBehindItsOwn()
    {
        string environment = MakeEnvironment(withSystem: true);

        (_, string output) = await HostProcess.RunAsync(
            With("VIRTUAL_ENV", environment), "Cells", "import rlm_in_venv, sys\nprint(rlm_in_venv.value)\nprint([p for p in sys.path if 'packages' in p][0])\nprint(any(p.startswith(sys.prefix) and 'packages' in p for p in sys.path))");

        output.ShouldBe($"42\n{environment}/lib/python{_version}/site-packages\nTrue\n");
    }

    [Test]
    public async Task VirtualEnvironment_MadeByVenv_ItsPackagesAreThere()
    {
        string python = Path.Combine(_base, "bin", $"python{_version}");
        string environment = Path.Combine(_folder, "made");
        using Process? venv = File.Exists(python) ? Process.Start(new ProcessStartInfo(python, ["-m", "venv", "--without-pip", environment]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false }) : null;
        if (venv is null)
        {
            Assert.Ignore($"There is no {python} to make a virtual environment with (on Debian: apt-get install python3-venv).");
        }

        await venv.WaitForExitAsync();
        venv.ExitCode.ShouldBe(0, await venv.StandardOutput.ReadToEndAsync() + await venv.StandardError.ReadToEndAsync());
        await File.WriteAllTextAsync(Path.Combine(environment, "lib", $"python{_version}", "site-packages", "rlm_in_venv.py"), "value = 42");

        (int code, string output) = await HostProcess.RunAsync(With("VIRTUAL_ENV", environment), "Cells", "import rlm_in_venv\nprint(rlm_in_venv.value)");

        output.ShouldBe("42\n");
        code.ShouldBe(0);
    }

    [Test]
    public async Task PathFiles_OfAVirtualEnvironment_AddFoldersAndRunNothing()
    {
        string environment = MakeEnvironment(withSystem: false);
        string packages = Path.Combine(environment, "lib", $"python{_version}", "site-packages");
        string source = Directory.CreateDirectory(Path.Combine(_folder, "src")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "rlm_editable.py"), "value = 7");
        await File.WriteAllTextAsync(Path.Combine(packages, "project.pth"), $"{source}\nimport sys; sys.rlm_ran_a_path_file = True\n");

        (_, string output) = await HostProcess.RunAsync(
            With("VIRTUAL_ENV", environment), "Cells", "import rlm_editable, sys\nprint(rlm_editable.value, hasattr(sys, 'rlm_ran_a_path_file'))");

        output.ShouldBe("7 False\n");
    }

    [Test]
    public async Task PythonPath_Asked_ItsFoldersAreBehindTheLibrary()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "rlm_on_path.py"), "value = 42");
        await File.WriteAllTextAsync(Path.Combine(_folder, "graphlib.py"), "TopologicalSorter = None");

        (_, string output) = await HostProcess.RunAsync(
            With("PYTHONPATH", $"/gone:{_folder}:"), "CellsWithPythonPath", "import rlm_on_path, graphlib, sys\nprint(rlm_on_path.value, graphlib.TopologicalSorter is not None, '/gone' in sys.path)");

        output.ShouldBe("42 True False\n");
    }

    [Test]
    public async Task OptionalModules_InAUsersFolder_AreNotTakenForRestrictedSessions()
    {
        string marker = Path.Combine(_folder, "taken");
        foreach (string name in s_optional)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, $"{name}.py"), $"open('{marker}', 'a').write('{name} ')");
        }

        (int code, string output) = await HostProcess.RunAsync(
            null,
            "RestrictedAfterTrusted",
            _folder,
            "import sys",
            "import copy, uuid, json, random, statistics, xml.etree.ElementTree, pprint, inspect, logging, asyncio, decimal, hashlib\nprint(copy.copy([1]), uuid.uuid4().version)");

        output.ShouldBe("[1] 4\n");
        code.ShouldBe(0);
        File.Exists(marker).ShouldBeFalse();
    }

    [TestCase("0.02")]
    [TestCase("0.05")]
    [TestCase("0.1")]
    [TestCase("0.2")]
    public async Task Import_CellIsStoppedMeanwhile_TheModuleIsWhole(string seconds)
    {
        // Each module takes its time, fails where it is run twice, and is imported by all before it.
        string environment = MakeEnvironment(withSystem: false);
        string packages = Path.Combine(environment, "lib", $"python{_version}", "site-packages");
        for (int i = 0; i < 60; i++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(packages, $"rlm_chain_{i}.py"),
                $$"""
                import sys
                assert not hasattr(sys, "rlm_chain_{{i}}"), "run twice"
                sys.rlm_chain_{{i}} = True
                for part in range(30_000): pass
                {{(i < 59 ? $"import rlm_chain_{i + 1}" : "")}}
                value = {{i}}
                """);
        }

        (_, string output) = await HostProcess.RunAsync(
            With("VIRTUAL_ENV", environment), "CutShort", seconds, "import rlm_chain_0\nwhile True: pass", "import rlm_chain_0, rlm_chain_59\nprint(rlm_chain_0.value, rlm_chain_59.value)");

        output.ShouldBe("Timeout\n0 59\n");
    }

    [Test]
    public async Task Import_NeverEnds_IsStopped()
    {
        string environment = MakeEnvironment(withSystem: false);
        await File.WriteAllTextAsync(Path.Combine(environment, "lib", $"python{_version}", "site-packages", "rlm_endless.py"), "while True: pass");

        (_, string output) = await HostProcess.RunAsync(With("VIRTUAL_ENV", environment), "CutShort", "0.2", "import rlm_endless", "print('goes on')");

        output.ShouldBe("Timeout\ngoes on\n");
    }

    private string MakeEnvironment(bool withSystem)
    {
        string environment = Path.Combine(_folder, "venv");
        string packages = Directory.CreateDirectory(Path.Combine(environment, "lib", $"python{_version}", "site-packages")).FullName;
        File.WriteAllText(Path.Combine(environment, "pyvenv.cfg"), $"home = {_base}/bin\ninclude-system-site-packages = {(withSystem ? "true" : "false")}\nversion = {_version}.0\n");
        File.WriteAllText(Path.Combine(packages, "rlm_in_venv.py"), "value = 42");
        return environment;
    }

    private static Dictionary<string, string?> With(string variable, string value) =>
        new() { ["VIRTUAL_ENV"] = null, ["RLM_PYTHON_HOME"] = null, [variable] = value };
}
