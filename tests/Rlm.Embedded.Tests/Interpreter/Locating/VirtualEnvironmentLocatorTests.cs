using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class VirtualEnvironmentLocatorTests : LocatorTest
{
    private static readonly VirtualEnvironmentLocator s_locator = new();

    [Test]
    public void Find_NothingActive_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_MadeFromDistribution_TakesBaseAndNotesSitePackages()
    {
        string home = Tree.InstallDebian("3.11");
        string venv = Tree.VirtualEnvironment("/project/venv", Tree["/usr/bin"], "3.11.2");
        Tree.Set("VIRTUAL_ENV", venv);

        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();

        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.LibraryPath.ShouldBe(Tree["/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0"]);
        found.Executable.ShouldBe(Tree["/usr/bin/python3.11"]);
        found.VirtualEnvironment.ShouldBe(venv);
        found.SitePackages.ShouldBe(Path.Combine(venv, "lib/python3.11/site-packages"));
        found.Source.ShouldBe($"virtual environment {venv}");
    }

    [Test]
    public void Find_BaseHasNewerVersionToo_TakesTheOneOfTheEnvironment()
    {
        Tree.InstallDebian("3.13");
        Tree.InstallDebian("3.11");
        Tree.Set("VIRTUAL_ENV", Tree.VirtualEnvironment("/project/venv", Tree["/usr/bin"], "3.11.2"));
        Find(s_locator).ShouldHaveSingleItem().Version.ShouldBe(new Version(3, 11));
    }

    [Test]
    public void Find_HomeIsFolderOfLinks_FollowsThemToTheInstallation()
    {
        string home = Tree.Install("/opt/brew/Cellar/python@3.12/3.12.9", "3.12");
        Tree.Link("/opt/brew/bin/python3.12", "../Cellar/python@3.12/3.12.9/bin/python3.12");
        Tree.Set("VIRTUAL_ENV", Tree.VirtualEnvironment("/project/venv", Tree["/opt/brew/bin"], "3.12.9"));
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.Version.ShouldBe(new Version(3, 12, 9));
    }

    [Test]
    public void Find_ExecutableKey_LeadsToTheInstallation()
    {
        string home = Tree.Install("/opt/real", "3.12");
        Tree.Folder("/opt/shims");
        string more = $"executable = {Tree["/opt/real/bin/python3.12"]}\n";
        Tree.Set("VIRTUAL_ENV", Tree.VirtualEnvironment("/project/venv", Tree["/opt/shims"], "3.12.1", more));
        Find(s_locator).ShouldHaveSingleItem().Home.ShouldBe(home);
    }

    [Test]
    public void Find_VersionInfoKey_IsRead()
    {
        string home = Tree.Install("/opt/py", "3.12");
        Tree.File("/project/venv/pyvenv.cfg", $"home={Tree["/opt/py/bin"]}\r\nimplementation = CPython\r\nversion_info = 3.12.3.final.0\r\n");
        Tree.Set("VIRTUAL_ENV", Tree["/project/venv"]);
        Find(s_locator).ShouldHaveSingleItem().Home.ShouldBe(home);
    }

    [Test]
    public void Find_NoVersionKey_ReadsItFromTheFolders()
    {
        Tree.Install("/opt/py", "3.12");
        Tree.File("/project/venv/pyvenv.cfg", $"home = {Tree["/opt/py/bin"]}\n");
        Tree.Folder("/project/venv/lib/python3.12/site-packages");
        Tree.Set("VIRTUAL_ENV", Tree["/project/venv"]);
        Find(s_locator).ShouldHaveSingleItem().Version.ShouldBe(new Version(3, 12));
    }

    [Test]
    public void Find_FreeThreadedEnvironment_SaysSo()
    {
        Tree.Install("/opt/py", "3.13");
        Tree.Install("/opt/py", "3.13t");
        Tree.File("/project/venv/pyvenv.cfg", $"home = {Tree["/opt/py/bin"]}\nversion = 3.13.0\n");
        Tree.Folder("/project/venv/lib/python3.13t/site-packages");
        Tree.Set("VIRTUAL_ENV", Tree["/project/venv"]);
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.IsFreeThreaded.ShouldBeTrue();
        found.Problem.ShouldNotBeNull().ShouldContain("free-threaded");
    }

    [Test]
    public void Find_BaseIsGone_IsProblem()
    {
        Tree.Set("VIRTUAL_ENV", Tree.VirtualEnvironment("/project/venv", Tree["/gone/bin"], "3.11.2"));
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBe($"its base '{Tree["/gone/bin"]}' has no Python 3.11");
    }

    [Test]
    public void Find_NoConfiguration_IsProblem()
    {
        Tree.Set("VIRTUAL_ENV", Tree.Folder("/project/venv"));
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("no pyvenv.cfg");
    }

    [Test]
    public void Find_NoHomeKey_IsProblem()
    {
        Tree.File("/project/venv/pyvenv.cfg", "version = 3.12.1\nnonsense\n=\n");
        Tree.Set("VIRTUAL_ENV", Tree["/project/venv"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("no 'home' key");
    }
}

[TestFixture]
public sealed class VirtualEnvironmentLocatorOnWindowsTests : LocatorTest
{
    private protected override HostPlatform Platform => HostPlatform.Windows;

    [Test]
    public void Find_HomeIsThePrefixItself_IsUsable()
    {
        string home = Tree.InstallWindows("/Python312", "312");
        string venv = Tree.VirtualEnvironment("/venv", home, "3.12.1");
        Tree.Set("VIRTUAL_ENV", venv);
        PythonInstallation found = Find(new VirtualEnvironmentLocator()).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.SitePackages.ShouldBe(Path.Combine(venv, "Lib", "site-packages"));
    }
}
