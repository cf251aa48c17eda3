using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class WindowsLocatorTests : LocatorTest
{
    private static readonly WindowsLocator s_locator = new();

    private protected override HostPlatform Platform => HostPlatform.Windows;

    [Test]
    public void Find_EmptyMachine_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_Registered_IsUsable()
    {
        string home = Tree.InstallWindows("/Python312", "312", "3.12.4");
        Tree.Registry.Add(new RegisteredPython(@"HKLM\Software\Python\PythonCore\3.12", home + "/"));
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
        found.LibraryPath.ShouldBe(Path.Combine(home, "python312.dll"));
        found.Executable.ShouldBe(Path.Combine(home, "python.exe"));
        found.Version.ShouldBe(new Version(3, 12, 4));
    }

    [Test]
    public void Find_ProgramsFolder_NewestFirstAndNotTwice()
    {
        string recent = Tree.InstallWindows("/Local/Programs/Python/Python313", "313");
        string older = Tree.InstallWindows("/Local/Programs/Python/Python39", "39");
        Tree.Set("LOCALAPPDATA", Tree["/Local"]);
        Tree.Registry.Add(new RegisteredPython(@"HKCU\Software\Python\PythonCore\3.13", recent));
        Homes(Find(s_locator)).ShouldBe([recent, older]);
    }

    [Test]
    public void Find_BuildsOfOtherProcessors_AreNotTaken()
    {
        Tree.InstallWindows("/Local/Programs/Python/Python312-32", "312");
        Tree.Set("LOCALAPPDATA", Tree["/Local"]);
        Tree.Registry.Add(new RegisteredPython(@"HKCU\Software\Python\PythonCore\3.13-arm64", Tree.InstallWindows("/Arm", "313")));
        Find(s_locator).ShouldBeEmpty();
    }

    [Test]
    public void Find_FreeThreadedLibraryBeside_IsListedWithItsProblem()
    {
        string home = Tree.InstallWindows("/Python313", "313");
        Tree.File("/Python313/python313t.dll");
        Tree.Registry.Add(new RegisteredPython(@"HKLM\Software\Python\PythonCore\3.13", home));
        Find(s_locator).Select(found => (found.IsUsable, found.IsFreeThreaded)).ShouldBe([(true, false), (false, true)]);
    }

    [Test]
    public void Find_EmbeddablePackage_LacksStandardLibrary()
    {
        Tree.File("/embed/python312.dll");
        Tree.Registry.Add(new RegisteredPython(@"HKLM\Software\Python\PythonCore\3.12", Tree["/embed"]));
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBe($"home '{Tree["/embed"]}' lacks {Path.Combine("Lib", "os.py")}");
    }

    [Test]
    public void Find_ExplicitLibrary_HomeIsItsFolder()
    {
        string home = Tree.InstallWindows("/Python312", "312");
        Tree.Set("RLM_PYTHON_LIBRARY", Tree["/Python312/python312.dll"]);
        PythonInstallation found = Find(new EnvironmentVariableLocator()).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.Home.ShouldBe(home);
    }
}
