using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class FrameworkLocatorTests : LocatorTest
{
    private const string Versions = "/Library/Frameworks/Python.framework/Versions";

    private protected override HostPlatform Platform => HostPlatform.MacOS;

    [Test]
    public void Find_NoFramework_IsEmpty() => Find(new FrameworkLocator()).ShouldBeEmpty();

    [Test]
    public void Find_SeveralVersions_NewestFirstWithoutCurrent()
    {
        string first = Tree.Install($"{Versions}/3.11", "3.11");
        string second = Tree.Install($"{Versions}/3.12", "3.12");
        Tree.Link($"{Versions}/Current", "3.12");
        Homes(Find(new FrameworkLocator())).ShouldBe([second, first]);
    }

    [Test]
    public void Find_LibraryWithoutVersionInItsName_TakesTheFolders()
    {
        string home = Tree.Install($"{Versions}/3.12", "3.12", library: "Python");
        PythonInstallation found = Find(new FrameworkLocator()).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.LibraryPath.ShouldBe(Path.Combine(home, "Python"));
    }

    [Test]
    public void Find_FreeThreadedFramework_IsListedWithItsProblem()
    {
        Tree.Install("/Library/Frameworks/PythonT.framework/Versions/3.13", "3.13t", library: "PythonT");
        PythonInstallation found = Find(new FrameworkLocator()).ShouldHaveSingleItem();
        found.IsFreeThreaded.ShouldBeTrue();
        found.IsUsable.ShouldBeFalse();
    }

    [Test]
    public void Find_ExplicitFrameworkLibrary_IsUsable()
    {
        string home = Tree.Install($"{Versions}/3.12", "3.12", library: "Python");
        Tree.Link($"{Versions}/Current", "3.12");
        Tree.Link("/Library/Frameworks/Python.framework/Python", "Versions/Current/Python");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/Library/Frameworks/Python.framework/Python"]);
        PythonInstallation found = Find(new EnvironmentVariableLocator()).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
    }

    [Test]
    public void Find_OnLinux_IsEmpty()
    {
        using var linux = new PythonTree();
        linux.Install($"{Versions}/3.12", "3.12");
        new FrameworkLocator().Find(linux.Roots).ShouldBeEmpty();
    }
}
