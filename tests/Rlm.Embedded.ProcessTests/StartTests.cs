using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>Starting CPython: right under every locale, and an exception that helps where it cannot.</summary>
public sealed class StartTests
{
    private const int NotConfigured = 4;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("rlm-start-").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(null, null, TestName = "Encoding_NoLang_IsUtf8")]
    [TestCase("C", null, TestName = "Encoding_LangC_IsUtf8")]
    [TestCase("POSIX", "C", TestName = "Encoding_LcAllC_IsUtf8")]
    [TestCase("de_DE.ISO-8859-1", null, TestName = "Encoding_Latin1Locale_IsUtf8")]
    public async Task Encoding(string? lang, string? all)
    {
        Dictionary<string, string?> environment = new() { ["LANG"] = lang, ["LC_ALL"] = all, ["LC_CTYPE"] = null, ["PYTHONUTF8"] = "0", ["PYTHONIOENCODING"] = "ascii" };

        (int code, string output) = await HostProcess.RunAsync(
            environment, "Cells", "import sys\nprint(sys.flags.utf8_mode, sys.getfilesystemencoding(), sys.stdout.encoding, len('\u20ac\U0001F600'))\nprint(open(sys.executable, 'rb').read(0), ascii('\u00e9'))");

        output.ShouldBe("1 utf-8 utf-8 2\nb'' '\\xe9'\n");
        code.ShouldBe(0);
    }

    [Test]
    public async Task Environment_OfPython_ChangesNothing()
    {
        Dictionary<string, string?> environment = new() { ["PYTHONHOME"] = _folder, ["PYTHONPATH"] = _folder, ["PYTHONSTARTUP"] = "/nowhere", ["PYTHONOPTIMIZE"] = "2", ["PYTHONVERBOSE"] = "1" };

        (int code, string output) = await HostProcess.RunAsync(environment, "Cells", $"import sys\nprint(sys.flags.optimize, {_folder!.Replace("\\", "/")!.Length} > 0, sys.path.count('{_folder}'))");

        output.ShouldBe("0 True 0\n");
        code.ShouldBe(0);
    }

    [TestCase("_json")]
    [TestCase("_decimal")]
    [TestCase("_ssl")]
    [TestCase("_asyncio")]
    [TestCase("_hashlib")]
    [TestCase("_struct, _random, _datetime, _socket, select, math, zlib")]
    public async Task Modules_OfTheDistribution_FindPythonsSymbols(string modules)
    {
        (int code, string output) = await HostProcess.RunAsync(null, "Cells", $"import {modules}\nprint('ok')");

        output.ShouldBe("ok\n");
        code.ShouldBe(0);
    }

    [Test]
    public async Task Version_Asked_IsTheOneThatRuns()
    {
        string? asked = System.Environment.GetEnvironmentVariable("RLM_PYTHON_VERSION");

        (int code, string output) = await HostProcess.RunAsync(
            null, "Cells", "import sys, os, json\nprint('%d.%d' % sys.version_info[:2], os.__file__.startswith(sys.prefix), json.__file__.startswith(sys.prefix))");

        code.ShouldBe(0);
        output.ShouldEndWith(" True True\n");
        if (asked is not null)
        {
            output.ShouldStartWith(asked);
        }
    }

    [Test]
    public async Task Version_NotSupported_SaysWhichAre()
    {
        (int code, string output) = await HostProcess.RunAsync(new Dictionary<string, string?> { ["RLM_PYTHON_VERSION"] = "2.7" }, "Cells", "1");

        code.ShouldBe(NotConfigured);
        output.ShouldContain("2.7");
        output.ShouldContain("3.10");
    }

    [TestCase("absent", "is not a folder")]
    [TestCase("", "lacks")]
    public async Task Home_Wrong_IsAnExceptionThatNamesIt(string below, string problem)
    {
        string home = Path.Combine(_folder, below);

        (int code, string output) = await HostProcess.RunAsync(new Dictionary<string, string?> { ["RLM_PYTHON_HOME"] = home, ["RLM_PYTHON_VERSION"] = null }, "Cells", "1");

        code.ShouldBe(NotConfigured);
        output.ShouldContain("RLM_PYTHON_HOME");
        output.ShouldContain(home);
        output.ShouldContain(problem);
    }

    [Test]
    public async Task Library_Absent_IsAnException()
    {
        string output = await RefusedAsync(Path.Combine(_folder, "libpython3.11.so.1.0"));

        output.ShouldContain("does not exist");
    }

    [Test]
    public async Task Library_TextFile_IsAnException()
    {
        string library = Path.Combine(_folder, "libpython3.11.so.1.0");
        await File.WriteAllTextAsync(library, "not a library");
        MakeHome("3.11");

        (await RefusedAsync(library, _folder)).ShouldContain("cannot be loaded: " + library + ":");
    }

    [Test]
    public async Task Library_OfSomethingElse_IsAnException()
    {
        string library = Path.Combine(_folder, "libpython3.11.so.1.0");
        string other = Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so").Single();
        File.Copy(other, library);
        MakeHome("3.11");

        (await RefusedAsync(library, _folder)).ShouldContain("is not a CPython 3.10 to 3.14");
    }

    [Test]
    public async Task Library_NameWithoutAVersion_IsAnException()
    {
        string library = Path.Combine(_folder, "libother.so");
        await File.WriteAllTextAsync(library, "");

        (await RefusedAsync(library)).ShouldContain("does not tell a version");
    }

    [Test]
    public async Task Python_NowhereToBeFound_ListsThePlaces()
    {
        // Asks for a version that no machine has: a supported minor with an impossible patch.
        (int code, string output) = await HostProcess.RunAsync(new Dictionary<string, string?> { ["RLM_PYTHON_VERSION"] = "3.11.99" }, "Cells", "1");

        code.ShouldBe(NotConfigured);
        output.ShouldContain("No usable CPython 3.11.99");
        output.ShouldContain("Looked in:");
        output.ShouldContain("RLM_PYTHON_LIBRARY");
        output.ShouldContain("apt-get install libpython3.11");
    }

    [Test]
    public async Task Start_FailedOnce_SaysTheSameAgain()
    {
        string library = Path.Combine(_folder, "libpython3.11.so.1.0");
        await File.WriteAllTextAsync(library, "not a library");
        MakeHome("3.11");

        (int code, string output) = await HostProcess.RunAsync(
            new Dictionary<string, string?> { ["RLM_PYTHON_LIBRARY"] = library, ["RLM_PYTHON_HOME"] = _folder, ["RLM_PYTHON_VERSION"] = null }, "StartTwice");

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        code.ShouldBe(0);
        lines.Length.ShouldBe(2);
        lines[1].ShouldBe(lines[0]);
    }

    private static async Task<string> RefusedAsync(string library, string? home = null)
    {
        (int code, string output) = await HostProcess.RunAsync(
            new Dictionary<string, string?> { ["RLM_PYTHON_LIBRARY"] = library, ["RLM_PYTHON_HOME"] = home, ["RLM_PYTHON_VERSION"] = null }, "Cells", "1");
        code.ShouldBe(NotConfigured, output);
        output.ShouldContain(library);
        return output;
    }

    private void MakeHome(string version)
    {
        string library = Path.Combine(_folder, "lib", "python" + version);
        Directory.CreateDirectory(Path.Combine(library, "lib-dynload"));
        File.WriteAllText(Path.Combine(library, "os.py"), "");
    }
}
