using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class PackageFoldersTests : LocatorTest
{
    [Test]
    public void Of_Debian_IsWhatItsOwnSiteModuleAdds()
    {
        Tree.InstallDebian("3.11");
        string local = Tree.Folder("/usr/local/lib/python3.11/dist-packages");
        string distribution = Tree.Folder("/usr/lib/python3/dist-packages");
        string versioned = Tree.Folder("/usr/lib/python3.11/dist-packages");
        Tree.Folder("/usr/local/lib/python3.11/site-packages");

        Folders(Distribution()).ShouldBe([local, distribution, versioned]);
    }

    [Test]
    public void Of_PlainPrefix_IsSitePackages()
    {
        string home = Tree.Install("/opt/py", "3.12");
        string packages = Tree.Folder("/opt/py/lib/python3.12/site-packages");
        Tree.Set("RLM_PYTHON_HOME", home);

        Folders(Asked()).ShouldBe([packages]);
    }

    [Test]
    public void Of_Fedora_HasThoseForTheProcessorFirst()
    {
        Tree.Install("/usr", "3.13", library: "lib64/libpython3.13.so.1.0", lib: "lib64");
        string native = Tree.Folder("/usr/lib64/python3.13/site-packages");
        string pure = Tree.Folder("/usr/lib/python3.13/site-packages");
        string local = Tree.Folder("/usr/local/lib/python3.13/site-packages");

        Folders(Distribution()).ShouldBe([native, pure, local]);
    }

    [Test]
    public void Of_UserHasPackages_TheyGoFirst()
    {
        Tree.Install("/opt/py", "3.12");
        string packages = Tree.Folder("/opt/py/lib/python3.12/site-packages");
        string own = Tree.Folder("/home/me/.local/lib/python3.12/site-packages");
        Tree.Folder("/home/me/.local/lib/python3.11/site-packages");
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/py"]);

        Folders(Asked()).ShouldBe([own, packages]);
    }

    [Test]
    public void Of_VirtualEnvironment_IsItsOwnOnly()
    {
        Tree.InstallDebian("3.11");
        Tree.Folder("/usr/lib/python3/dist-packages");
        Tree.Folder("/home/me/.local/lib/python3.11/site-packages");
        Tree.Set("VIRTUAL_ENV", Tree.VirtualEnvironment("/project/venv", Tree["/usr/bin"], "3.11.2"));

        Folders(Active()).ShouldBe([Tree["/project/venv/lib/python3.11/site-packages"]]);
    }

    [TestCase("true")]
    [TestCase("True")]
    public void Of_VirtualEnvironmentWithTheSystems_HasThoseBehindItsOwn(string value)
    {
        Tree.InstallDebian("3.11");
        string distribution = Tree.Folder("/usr/lib/python3/dist-packages");
        string own = Tree.Folder("/project/venv/lib/python3.11/site-packages");
        Tree.File("/project/venv/pyvenv.cfg", $"home = {Tree["/usr/bin"]}\nversion = 3.11.2\ninclude-system-site-packages = {value}\n");
        Tree.Set("VIRTUAL_ENV", Tree["/project/venv"]);

        Folders(Active()).ShouldBe([own, distribution]);
    }

    [Test]
    public void Of_PathFile_AddsTheFoldersItNames()
    {
        Tree.Install("/opt/py", "3.12");
        string packages = Tree.Folder("/opt/py/lib/python3.12/site-packages");
        string other = Tree.Folder("/project/src");
        string below = Tree.Folder("/opt/py/lib/python3.12/site-packages/extra");
        Tree.File("/opt/py/lib/python3.12/site-packages/b.pth", $"# a comment\n{other}\n\n/gone\n");
        Tree.File("/opt/py/lib/python3.12/site-packages/a.pth", "extra\r\n");
        Tree.File("/opt/py/lib/python3.12/site-packages/.hidden.pth", $"{Tree.Folder("/hidden")}\n");
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/py"]);

        Folders(Asked()).ShouldBe([packages, below, other]);
    }

    [TestCase("import os; os.abort()")]
    [TestCase("import\tos")]
    public void Of_PathFileWithCode_IsNamedAndNotRun(string line)
    {
        Tree.Install("/opt/py", "3.12");
        string file = Tree.File("/opt/py/lib/python3.12/site-packages/__editable__.pth", $"{line}\n{line}\n");
        Tree.Set("RLM_PYTHON_HOME", Tree["/opt/py"]);

        PackageFolders found = PackageFolders.Of(Asked(), Tree.Roots);

        found.CodeFiles.ShouldBe([file]);
        found.Folders.Count.ShouldBe(1);
    }

    private string[] Folders(PythonInstallation installation) => [.. PackageFolders.Of(installation, Tree.Roots).Folders];

    private PythonInstallation Distribution() => Find(new DistributionLocator()).First();

    private PythonInstallation Asked() => Find(new EnvironmentVariableLocator()).First();

    private PythonInstallation Active() => Find(new VirtualEnvironmentLocator()).First();
}

[TestFixture]
public sealed class PackageFoldersOnWindowsTests : LocatorTest
{
    private protected override HostPlatform Platform => HostPlatform.Windows;

    [Test]
    public void Of_Installation_IsUsersAndItsOwn()
    {
        string home = Tree.InstallWindows("/Python312", "312");
        string packages = Tree.Folder("/Python312/Lib/site-packages");
        Tree.Set("APPDATA", Tree["/roaming"]);
        string own = Tree.Folder("/roaming/Python/Python312/site-packages");
        Tree.Set("RLM_PYTHON_HOME", home);

        PackageFolders.Of(Find(new EnvironmentVariableLocator()).First(), Tree.Roots).Folders.ShouldBe([own, packages]);
    }
}
