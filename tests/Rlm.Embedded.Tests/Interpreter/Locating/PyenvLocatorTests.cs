using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class PyenvLocatorTests : LocatorTest
{
    private static readonly PyenvLocator s_locator = new();

    [Test]
    public void Find_NoPyenv_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_NothingSelected_NewestSupportedFirst()
    {
        Version("3.9.18", "3.9");
        Version("3.12.1", "3.12");
        Version("3.12.10", "3.12");
        Version("3.10.13", "3.10");
        Find(s_locator).Select(found => found.Version!.ToString()).ShouldBe(["3.12.10", "3.12.1", "3.10.13", "3.9.18"]);
    }

    [Test]
    public void Find_VersionVariable_PutsThatFirst()
    {
        Version("3.12.1", "3.12");
        Version("3.10.13", "3.10");
        Tree.Set("PYENV_VERSION", "3.10.13");
        Find(s_locator).Select(found => found.Version!.ToString()).ShouldBe(["3.10.13", "3.12.1"]);
    }

    [Test]
    public void Find_VersionFile_PutsThoseFirstInItsOrder()
    {
        Version("3.12.1", "3.12");
        Version("3.11.7", "3.11");
        Version("3.10.13", "3.10");
        Tree.File("/home/me/.pyenv/version", "3.10.13\n3.11\n");
        Find(s_locator).Select(found => found.Version!.ToString()).ShouldBe(["3.10.13", "3.11.7", "3.12.1"]);
    }

    [TestCase("system")]
    [TestCase("3.14.9")]
    public void Find_SelectedIsNotThere_FallsBackToNewest(string selected)
    {
        Version("3.12.1", "3.12");
        Tree.Set("PYENV_VERSION", selected);
        Find(s_locator).ShouldHaveSingleItem().Version.ShouldBe(new Version(3, 12, 1));
    }

    [Test]
    public void Find_RootVariable_GoesBeforeHomeFolder()
    {
        Version("3.12.1", "3.12");
        string home = Tree.Install("/opt/pyenv/versions/3.10.13", "3.10");
        Tree.Set("PYENV_ROOT", Tree["/opt/pyenv"]);
        Homes(Find(s_locator)).ShouldBe([home]);
    }

    [Test]
    public void Find_BuiltWithoutSharedLibrary_IsListedWithThatProblem()
    {
        Tree.Install("/home/me/.pyenv/versions/3.12.1", "3.12", library: "lib/libpython3.12.a");
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.LibraryPath.ShouldBeNull();
        found.Problem.ShouldNotBeNull().ShouldStartWith("built without a shared library");
    }

    [Test]
    public void Find_SelectedIsVirtualEnvironment_TakesItsBase()
    {
        Version("3.12.1", "3.12");
        string home = Version("3.11.7", "3.11");
        string venv = Tree.VirtualEnvironment("/home/me/.pyenv/versions/mine", Path.Combine(home, "bin"), "3.11.7");
        Tree.Set("PYENV_VERSION", "mine");
        PythonInstallation found = Find(s_locator)[0];
        found.Home.ShouldBe(home);
        found.VirtualEnvironment.ShouldBe(venv);
    }

    [Test]
    public void Find_PyPyAndRubbish_AreNotListed()
    {
        Tree.File("/home/me/.pyenv/versions/pypy3.10-7.3.17/lib/pypy3.10/os.py");
        Tree.File("/home/me/.pyenv/versions/readme.txt");
        Find(s_locator).ShouldBeEmpty();
    }

    [Test]
    public void Find_LinksInACircle_AreNotListed()
    {
        Version("3.12.1", "3.12");
        Tree.Link("/home/me/.pyenv/versions/a", "b");
        Tree.Link("/home/me/.pyenv/versions/b", "a");
        Tree.Link("/home/me/.pyenv/versions/self", ".");
        Find(s_locator).ShouldHaveSingleItem().Version.ShouldBe(new Version(3, 12, 1));
    }

    [Test]
    public void Find_FolderThatMayNotBeRead_IsSkipped()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no mode bits.");
            return;
        }

        string versions = Tree.Folder("/home/me/.pyenv/versions");
        File.SetUnixFileMode(versions, UnixFileMode.None);
        try
        {
            Find(s_locator).ShouldBeEmpty();
        }
        finally
        {
            File.SetUnixFileMode(versions, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Test]
    public void Find_VersionsIsAFile_IsEmpty()
    {
        Tree.File("/home/me/.pyenv/versions");
        Find(s_locator).ShouldBeEmpty();
    }

    private string Version(string folder, string name) => Tree.Install($"/home/me/.pyenv/versions/{folder}", name);
}

[TestFixture]
public sealed class PyenvLocatorOnWindowsTests : LocatorTest
{
    private protected override HostPlatform Platform => HostPlatform.Windows;

    [Test]
    public void Find_PyenvWin_IsFound()
    {
        string home = Tree.InstallWindows("/home/me/.pyenv/pyenv-win/versions/3.12.1", "312");
        PythonInstallation found = Find(new PyenvLocator()).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.Version.ShouldBe(new Version(3, 12, 1));
    }
}
