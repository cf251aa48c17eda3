using NUnit.Framework;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class PythonLocatorTests : LocatorTest
{
    [Test]
    public void Locate_EverySourceHasOne_TakesThemInTheDocumentedOrder()
    {
        string chosen = Tree.Install("/opt/chosen", "3.10");
        Tree.Install("/opt/base", "3.10");
        string distribution = Tree.InstallDebian("3.10");
        string pyenv = Tree.Install("/home/me/.pyenv/versions/3.11.7", "3.11");
        string uv = Tree.Install("/home/me/.local/share/uv/python/cpython-3.12.3-linux-x86_64-gnu", "3.12");
        string conda = Tree.Install("/home/me/miniconda3", "3.13");
        string brew = Tree.Install("/home/linuxbrew/.linuxbrew/opt/python@3.14", "3.14");
        Tree.Set("RLM_PYTHON_HOME", chosen);
        Tree.Set("VIRTUAL_ENV", Tree.VirtualEnvironment("/project/venv", Tree["/opt/base/bin"], "3.10.1"));

        Homes(PythonLocator.FindAll(Tree.Roots).Installations)
            .ShouldBe([chosen, Tree["/opt/base"], distribution, pyenv, uv, conda, brew]);
        PythonLocator.Locate(Tree.Roots).Home.ShouldBe(chosen);
    }

    [Test]
    public void Locate_VirtualEnvironmentActive_GoesBeforeDistribution()
    {
        Tree.InstallDebian("3.13");
        Tree.Install("/opt/base", "3.10");
        string venv = Tree.VirtualEnvironment("/project/venv", Tree["/opt/base/bin"], "3.10.1");
        Tree.Set("VIRTUAL_ENV", venv);
        PythonLocator.Locate(Tree.Roots).VirtualEnvironment.ShouldBe(venv);
    }

    [Test]
    public void Locate_DistributionUnusable_GoesOnToTheNextSource()
    {
        Tree.Install("/usr", "3.12", library: "");
        Tree.InstallDebian("3.9");
        string pyenv = Tree.Install("/home/me/.pyenv/versions/3.11.7", "3.11");
        PythonLocator.Locate(Tree.Roots).Home.ShouldBe(pyenv);
    }

    [Test]
    public void Locate_HomeIsWrong_ThrowsAndDoesNotFallBack()
    {
        Tree.InstallDebian("3.12");
        Tree.Set("RLM_PYTHON_HOME", Tree["/nowhere"]);
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message
            .ShouldBe($"RLM_PYTHON_HOME is set, but what it names cannot be used: home '{Tree["/nowhere"]}' is not a folder. Correct it, or unset it to have a Python found.");
        PythonLocator.FindAll(Tree.Roots).Chosen.ShouldBeNull();
    }

    [Test]
    public void Locate_LibraryIsWrong_ThrowsAndDoesNotFallBack()
    {
        Tree.InstallDebian("3.12");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/nowhere/libpython3.12.so"]);
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message.ShouldContain("does not exist");
    }

    [Test]
    public void Locate_LibraryIsFreeThreaded_Throws()
    {
        Tree.Install("/opt/py", "3.13t");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/py/lib/libpython3.13t.so.1.0"]);
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message.ShouldContain("free-threaded");
    }

    [Test]
    public void Locate_NothingFound_NamesEveryPlaceAndTheRemedy()
    {
        Tree.Install("/home/me/.pyenv/versions/3.12.1", "3.12", library: "");
        Tree.InstallDebian("3.9");

        string message = Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message;

        message.ShouldStartWith("No usable CPython 3.10 to 3.14 with a shared library was found. Looked in:");
        message.ShouldContain("RLM_PYTHON_LIBRARY (not set)");
        message.ShouldContain("VIRTUAL_ENV (not set)");
        message.ShouldContain(Tree["/usr/lib/x86_64-linux-gnu"]);
        message.ShouldContain($"{Tree["/usr/lib64"]} (absent)");
        message.ShouldContain(Tree.InHome(".pyenv/versions"));
        message.ShouldContain(Tree.InHome(".local/share/uv/python"));
        message.ShouldContain(Tree.InHome("miniconda3"));
        message.ShouldContain("linuxbrew");
        message.ShouldContain($"{Tree["/home/me/.pyenv/versions/3.12.1"]} (pyenv): built without a shared library");
        message.ShouldContain("version 3.9 is not supported (3.10 to 3.14)");
        message.ShouldEndWith("Install one: `apt-get install libpython3.11` (Debian, Ubuntu), `dnf install python3.11` (Fedora) "
            + "or `uv python install 3.11`; or set RLM_PYTHON_LIBRARY to the path of its shared library.");
    }

    [Test]
    public void Locate_EmptyMachineWithoutHome_SaysWhatToInstall()
    {
        var roots = new SearchRoots(Tree.Folder("/empty"), new Dictionary<string, string>(), home: null);
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(roots)).Message.ShouldContain("apt-get install libpython");
    }

    [Test]
    public void Locate_VersionVariable_SkipsOtherVersions()
    {
        Tree.InstallDebian("3.13");
        string pyenv = Tree.Install("/home/me/.pyenv/versions/3.12.1", "3.12");
        Tree.Set("RLM_PYTHON_VERSION", "3.12");
        PythonLocator.Locate(Tree.Roots).Home.ShouldBe(pyenv);
    }

    [Test]
    public void Locate_VersionWithPatch_MustMatchExactly()
    {
        Tree.Install("/home/me/.pyenv/versions/3.12.4", "3.12");
        string wanted = Tree.Install("/home/me/.pyenv/versions/3.12.1", "3.12");
        Tree.Set("RLM_PYTHON_VERSION", "3.12.1");
        PythonLocator.Locate(Tree.Roots).Home.ShouldBe(wanted);
    }

    [Test]
    public void Locate_VersionArgument_GoesBeforeTheVariable()
    {
        Tree.InstallDebian("3.11");
        Tree.InstallDebian("3.13");
        Tree.Set("RLM_PYTHON_VERSION", "3.13");
        PythonLocator.Locate(Tree.Roots, "3.11").Version.ShouldBe(new Version(3, 11));
    }

    [Test]
    public void Locate_VersionNotInstalled_SaysWhichOnesAre()
    {
        Tree.InstallDebian("3.11");
        Tree.Set("RLM_PYTHON_VERSION", "3.14");
        string message = Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message;
        message.ShouldContain("No usable CPython 3.14 ");
        message.ShouldContain("version 3.11 is not 3.14, as RLM_PYTHON_VERSION asks");
        message.ShouldContain("libpython3.14");
    }

    [Test]
    public void Locate_ExplicitLibraryOfAnotherVersion_Throws()
    {
        Tree.Install("/opt/py", "3.12");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/py/lib/libpython3.12.so.1.0"]);
        Tree.Set("RLM_PYTHON_VERSION", "3.11");
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message
            .ShouldContain("version 3.12 is not 3.11, as RLM_PYTHON_VERSION asks");
    }

    [TestCase("3")]
    [TestCase("new")]
    [TestCase("3.12.1.2")]
    public void Locate_VersionIsNone_Throws(string version)
    {
        Tree.Set("RLM_PYTHON_VERSION", version);
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message
            .ShouldBe($"RLM_PYTHON_VERSION is '{version}', which is not a version such as 3.12 or 3.12.1.");
    }

    [Test]
    public void Locate_VersionUnsupported_Throws()
    {
        Tree.Set("RLM_PYTHON_VERSION", "3.9");
        Should.Throw<RlmConfigurationException>(() => PythonLocator.Locate(Tree.Roots)).Message.ShouldContain("3.10 to 3.14");
    }

    [Test]
    public void Locate_FirstSourceAnswers_ReadsNoOther()
    {
        using var windows = new PythonTree { Platform = HostPlatform.Windows };
        windows.Set("RLM_PYTHON_HOME", windows.InstallWindows("/Python312", "312"));
        var roots = new SearchRoots(windows["/"], new Dictionary<string, string> { ["RLM_PYTHON_HOME"] = windows["/Python312"] }, windows.Home)
        {
            Platform = HostPlatform.Windows,
            Registry = () => throw new InvalidOperationException("The registry was read."),
        };
        PythonLocator.Locate(roots).IsUsable.ShouldBeTrue();
    }

    [Test]
    public void FindAll_ReachedByTwoSources_IsListedOnce()
    {
        string home = Tree.Install("/home/me/miniconda3", "3.12");
        Tree.Set("CONDA_PREFIX", home);
        PythonLocator.FindAll(Tree.Roots).Installations.ShouldHaveSingleItem();
    }

    [Test]
    public void FindAll_Places_TellWhichExist()
    {
        Tree.InstallDebian("3.11");
        IReadOnlyList<SearchedPlace> places = PythonLocator.FindAll(Tree.Roots).Places;
        places.ShouldContain(new SearchedPlace("distribution", Tree["/usr/lib/x86_64-linux-gnu"], Exists: true));
        places.ShouldContain(new SearchedPlace("distribution", Tree["/usr/local/lib"], Exists: false));
        places.ShouldContain(new SearchedPlace("virtual environment", "VIRTUAL_ENV (not set)", Exists: true));
    }

    [Test]
    public void FindAll_Chosen_IsWhatLocateTakes()
    {
        Tree.InstallDebian("3.11");
        Tree.InstallDebian("3.12");
        PythonLocator.FindAll(Tree.Roots).Chosen.ShouldBe(PythonLocator.Locate(Tree.Roots));
    }
}
