using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class EnvironmentVariableLocatorTests : LocatorTest
{
    private static readonly EnvironmentVariableLocator s_locator = new();

    [Test]
    public void Find_NothingSet_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_VariableEmpty_CountsAsUnset()
    {
        Tree.Set("RLM_PYTHON_LIBRARY", "");
        Find(s_locator).ShouldBeEmpty();
    }

    [Test]
    public void Find_LibraryInPrefix_TakesHomeAndExecutableOfThatPrefix()
    {
        string home = Tree.Install("/opt/py", "3.12", patch: 4);
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/py/lib/libpython3.12.so.1.0"]);

        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();

        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.Version.ShouldBe(new Version(3, 12, 4));
        found.Executable.ShouldBe(Tree["/opt/py/bin/python3.12"]);
        found.Source.ShouldBe("RLM_PYTHON_LIBRARY");
    }

    [Test]
    public void Find_LibraryInMultiarchFolder_HomeIsThePrefixAbove()
    {
        string home = Tree.InstallDebian("3.11");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0"]);
        Find(s_locator).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            found => found.IsUsable.ShouldBeTrue(),
            found => found.Home.ShouldBe(home));
    }

    [Test]
    public void Find_LibraryInLib64_FindsStandardLibraryThere()
    {
        string home = Tree.Install("/usr", "3.12", library: "lib64/libpython3.12.so.1.0", lib: "lib64");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/usr/lib64/libpython3.12.so.1.0"]);
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
    }

    [Test]
    public void Find_LibraryIsLinkFromElsewhere_HomeIsThatOfItsTarget()
    {
        string home = Tree.Install("/opt/py", "3.12");
        Tree.Link("/srv/libs/libpython3.12.so", "../../opt/py/lib/libpython3.12.so.1.0");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/srv/libs/libpython3.12.so"]);
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
    }

    [Test]
    public void Find_LibraryWithoutStandardLibraryBelowAnotherInstallation_DoesNotCrossThem()
    {
        Tree.Install("/usr", "3.11", library: "");
        Tree.File("/usr/local/lib/libpython3.11.so.1.0");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/usr/local/lib/libpython3.11.so.1.0"]);
        Find(s_locator).ShouldHaveSingleItem().Problem
            .ShouldBe($"home '{Tree["/usr/local"]}' lacks lib/python3.11/os.py");
    }

    [TestCase("libpython3.so")]
    [TestCase("mine.so")]
    public void Find_LibraryNameTellsNoVersion_IsProblem(string name)
    {
        Tree.Set("RLM_PYTHON_LIBRARY", Tree.File($"/opt/py/lib/{name}"));
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("does not tell a version");
    }

    [Test]
    public void Find_LibraryMissing_IsProblem()
    {
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/nowhere/libpython3.12.so"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBe($"library '{Tree["/nowhere/libpython3.12.so"]}' does not exist");
    }

    [Test]
    public void Find_LibraryIsFolder_IsProblem()
    {
        Tree.Set("RLM_PYTHON_LIBRARY", Tree.Folder("/opt/py"));
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("is a folder");
    }

    [Test]
    public void Find_HomeWithSeveralVersions_NewestSupportedFirst()
    {
        Tree.Install("/opt/py", "3.10");
        Tree.Install("/opt/py", "3.12");
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/py"] + "/");
        PythonInstallation[] found = Find(s_locator);
        found.Select(one => one.Version).ShouldBe([new Version(3, 12), new Version(3, 10)]);
        found[0].Home.ShouldBe(Tree["/opt/py"]);
    }

    [Test]
    public void Find_HomeIsNoPrefix_IsProblem()
    {
        Tree.Set("RLM_PYTHON_HOME", Tree.Folder("/opt/empty"));
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("lacks both");
    }

    [Test]
    public void Find_HomeMissing_IsProblem()
    {
        Tree.Set("RLM_PYTHON_HOME", Tree["/nowhere"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBe($"home '{Tree["/nowhere"]}' is not a folder");
    }

    [Test]
    public void Find_HomeOfAnotherVersionThanLibrary_IsProblem()
    {
        Tree.Install("/opt/a", "3.12");
        Tree.Install("/opt/b", "3.11");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/a/lib/libpython3.12.so.1.0"]);
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/b"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBe($"home '{Tree["/opt/b"]}' lacks lib/python3.12/os.py");
    }

    [Test]
    public void Find_HomeOfAnotherInstallationOfTheSameVersion_IsProblem()
    {
        Tree.Install("/opt/a", "3.12");
        Tree.Install("/opt/b", "3.12");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/a/lib/libpython3.12.so.1.0"]);
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/b"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("has a library of its own");
    }

    [Test]
    public void Find_LibraryApartFromHomeWithoutOne_IsUsable()
    {
        Tree.Install("/opt/stdlib", "3.12", library: "");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree.File("/opt/app/libpython3.12.so.1.0"));
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/stdlib"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBeNull();
    }

    [Test]
    public void Find_LibraryAndHomeOfOneInstallation_IsUsable()
    {
        Tree.Install("/opt/a", "3.12");
        Tree.Link("/opt/a/lib/libpython3.12.so", "libpython3.12.so.1.0");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/a/lib/libpython3.12.so"]);
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/a"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBeNull();
    }

    [Test]
    public void Find_HomeIsAVirtualEnvironment_TakesItsBaseAndPackages()
    {
        string home = Tree.InstallDebian("3.11");
        string environment = Tree.VirtualEnvironment("/project/venv", Tree["/usr/bin"], "3.11.2");
        Tree.Set("RLM_PYTHON_HOME", environment);

        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();

        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.VirtualEnvironment.ShouldBe(environment);
        found.SitePackages.ShouldBe(Path.Combine(environment, "lib/python3.11/site-packages"));
        found.Source.ShouldBe("RLM_PYTHON_HOME");
    }

    [Test]
    public void Find_HomeIsAVirtualEnvironmentWithoutBase_IsProblem()
    {
        Tree.Set("RLM_PYTHON_HOME", Tree.VirtualEnvironment("/project/venv", Tree["/gone/bin"], "3.11.2"));

        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("/gone/bin");
    }

    [Test]
    public void Find_LibraryAndVirtualEnvironmentOfItsBase_AreOneInstallation()
    {
        Tree.Install("/opt/py", "3.12");
        string environment = Tree.VirtualEnvironment("/project/venv", Tree["/opt/py/bin"], "3.12.1");
        Tree.Set("RLM_PYTHON_HOME", environment);
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/py/lib/libpython3.12.so.1.0"]);

        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();

        found.Problem.ShouldBeNull();
        found.SitePackages.ShouldBe(Path.Combine(environment, "lib/python3.12/site-packages"));
    }

    [Test]
    public void Find_LibraryOfAnotherVersionThanTheVirtualEnvironment_IsProblem()
    {
        Tree.Install("/opt/py", "3.12");
        Tree.Install("/opt/py", "3.13");
        Tree.Set("RLM_PYTHON_HOME", Tree.VirtualEnvironment("/project/venv", Tree["/opt/py/bin"], "3.12.1"));
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/opt/py/lib/libpython3.13.so.1.0"]);

        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("is for 3.12");
    }
}
