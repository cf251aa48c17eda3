using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class HomebrewLocatorTests : LocatorTest
{
    private protected override HostPlatform Platform => HostPlatform.MacOS;

    [Test]
    public void Find_NoHomebrew_IsEmpty() => Find(new HomebrewLocator()).ShouldBeEmpty();

    [TestCase("/opt/homebrew")]
    [TestCase("/usr/local")]
    public void Find_Framework_IsFound(string brew)
    {
        string versions = $"{brew}/opt/python@3.12/Frameworks/Python.framework/Versions";
        string home = Tree.Install($"{versions}/3.12", "3.12");
        Tree.Link($"{versions}/Current", "3.12");
        PythonInstallation found = Find(new HomebrewLocator()).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.LibraryPath.ShouldBe(Path.Combine(home, "lib", "libpython3.12.dylib"));
    }

    [Test]
    public void Find_SeveralFormulas_NewestFirst()
    {
        string old = Tree.Install("/opt/homebrew/opt/python@3.9/Frameworks/Python.framework/Versions/3.9", "3.9");
        string middle = Tree.Install("/opt/homebrew/opt/python@3.11/Frameworks/Python.framework/Versions/3.11", "3.11");
        string recent = Tree.Install("/opt/homebrew/opt/python@3.13/Frameworks/Python.framework/Versions/3.13", "3.13");
        Homes(Find(new HomebrewLocator())).ShouldBe([recent, middle, old]);
    }

    [Test]
    public void Find_OnLinux_IsPlainPrefix()
    {
        using var linux = new PythonTree();
        string home = linux.Install("/home/linuxbrew/.linuxbrew/opt/python@3.12", "3.12");
        new HomebrewLocator().Find(linux.Roots).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            found => found.Problem.ShouldBeNull(),
            found => found.Home.ShouldBe(home));
    }
}
