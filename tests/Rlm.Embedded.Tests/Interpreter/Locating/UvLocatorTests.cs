using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class UvLocatorTests : LocatorTest
{
    private static readonly UvLocator s_locator = new();

    [Test]
    public void Find_NoUv_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_DefaultFolder_NewestFirstAndOnlyCPython()
    {
        Install("/home/me/.local/share/uv/python", "3.11.9", "3.11");
        Install("/home/me/.local/share/uv/python", "3.12.3", "3.12");
        Tree.Install("/home/me/.local/share/uv/python/pypy-3.10.16-linux-x86_64-gnu", "3.10");
        PythonInstallation[] found = Find(s_locator);
        found.Select(one => one.Version!.ToString()).ShouldBe(["3.12.3", "3.11.9"]);
        found.ShouldAllBe(one => one.IsUsable && one.Source == "uv");
    }

    [Test]
    public void Find_LinkOfTheMinorVersion_IsNotListedTwice()
    {
        string home = Install("/home/me/.local/share/uv/python", "3.12.3", "3.12");
        Tree.Link("/home/me/.local/share/uv/python/cpython-3.12-linux-x86_64-gnu", "cpython-3.12.3-linux-x86_64-gnu");
        Homes(Find(s_locator)).ShouldBe([home]);
    }

    [Test]
    public void Find_FreeThreadedDownload_IsListedWithItsProblem()
    {
        Tree.Install("/home/me/.local/share/uv/python/cpython-3.13.1+freethreaded-linux-x86_64-gnu", "3.13t");
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.IsFreeThreaded.ShouldBeTrue();
        found.IsUsable.ShouldBeFalse();
    }

    [Test]
    public void Find_InstallFolderVariable_IsTheOnlyPlace()
    {
        Install("/home/me/.local/share/uv/python", "3.12.3", "3.12");
        string home = Install("/opt/uv", "3.11.9", "3.11");
        Tree.Set("UV_PYTHON_INSTALL_DIR", Tree["/opt/uv"]);
        Homes(Find(s_locator)).ShouldBe([home]);
    }

    [Test]
    public void Find_DataHomeVariable_IsHonoured()
    {
        string home = Install("/data/uv/python", "3.12.3", "3.12");
        Tree.Set("XDG_DATA_HOME", Tree["/data"]);
        Homes(Find(s_locator)).ShouldBe([home]);
    }

    private string Install(string folder, string version, string name) => Tree.Install($"{folder}/cpython-{version}-linux-x86_64-gnu", name);
}

[TestFixture]
public sealed class UvLocatorOnWindowsTests : LocatorTest
{
    private protected override HostPlatform Platform => HostPlatform.Windows;

    [Test]
    public void Find_ApplicationData_IsFound()
    {
        string home = Tree.InstallWindows("/Roaming/uv/python/cpython-3.12.3-windows-x86_64-none", "312");
        Tree.Set("APPDATA", Tree["/Roaming"]);
        Find(new UvLocator()).ShouldHaveSingleItem().Home.ShouldBe(home);
    }
}
