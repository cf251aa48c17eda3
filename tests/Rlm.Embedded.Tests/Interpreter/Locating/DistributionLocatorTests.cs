using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class DistributionLocatorTests : LocatorTest
{
    private static readonly DistributionLocator s_locator = new();

    [Test]
    public void Find_EmptyMachine_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_DebianWithoutDevelopmentPackage_FindsVersionedName()
    {
        Tree.InstallDebian("3.11");
        PythonInstallation found = Find(s_locator).ShouldHaveSingleItem();
        found.Problem.ShouldBeNull();
        found.LibraryPath.ShouldBe(Tree["/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0"]);
        found.Home.ShouldBe(Tree["/usr"]);
        found.Version.ShouldBe(new Version(3, 11));
    }

    [Test]
    public void Find_LibraryOfAnotherProcessor_IsNotTaken()
    {
        Tree.Install("/usr", "3.11", library: "lib/i386-linux-gnu/libpython3.11.so.1.0");
        Find(s_locator).ShouldHaveSingleItem().LibraryPath.ShouldBeNull();
    }

    [Test]
    public void Find_ProcessorIsArm64_LooksInItsFolder()
    {
        using var arm = new PythonTree { Processor = System.Runtime.InteropServices.Architecture.Arm64 };
        arm.Install("/usr", "3.12", library: "lib/aarch64-linux-gnu/libpython3.12.so.1.0");
        s_locator.Find(arm.Roots).ShouldHaveSingleItem().Problem.ShouldBeNull();
    }

    [Test]
    public void Find_Fedora_FindsLibraryAndStandardLibraryInLib64()
    {
        Tree.Install("/usr", "3.12", library: "lib64/libpython3.12.so.1.0", lib: "lib64");
        Find(s_locator).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            found => found.Problem.ShouldBeNull(),
            found => found.LibraryPath.ShouldBe(Tree["/usr/lib64/libpython3.12.so.1.0"]));
    }

    [Test]
    public void Find_Alpine_FindsLibraryInLib()
    {
        Tree.Install("/usr", "3.12");
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBeNull();
    }

    [Test]
    public void Find_ContainerImageWithNewerInLocal_NewestFirst()
    {
        Tree.InstallDebian("3.11");
        Tree.Install("/usr/local", "3.13", patch: 1);
        PythonInstallation[] found = Find(s_locator);
        Homes(found).ShouldBe([Tree["/usr/local"], Tree["/usr"]]);
        found[0].Version.ShouldBe(new Version(3, 13, 1));
    }

    [Test]
    public void Find_StandardLibraryNotInstalled_IsProblem()
    {
        Tree.File("/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0");
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldBe($"home '{Tree["/usr"]}' lacks lib/python3.11/os.py");
    }

    [Test]
    public void Find_LibraryNotInstalled_NamesThePackage()
    {
        Tree.Install("/usr", "3.11", library: "");
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("apt-get install libpython3.11");
    }

    [Test]
    public void Find_ExtensionModulesFolderMissing_IsProblem()
    {
        Tree.InstallDebian("3.11");
        Directory.Delete(Tree["/usr/lib/python3.11/lib-dynload"]);
        Find(s_locator).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("lib/python3.11/lib-dynload");
    }

    [Test]
    public void Find_OnlyDistPackagesFolder_IsNoInstallation()
    {
        Tree.Folder("/usr/local/lib/python3.11/dist-packages");
        Find(s_locator).ShouldBeEmpty();
    }

    [TestCase("3.9")]
    [TestCase("3.15")]
    [TestCase("2.7")]
    public void Find_UnsupportedVersion_IsListedAfterSupportedOnes(string version)
    {
        Tree.InstallDebian(version);
        Tree.InstallDebian("3.10");
        PythonInstallation[] found = Find(s_locator);
        found.Length.ShouldBe(2);
        found[0].IsUsable.ShouldBeTrue();
        found[1].Problem.ShouldBe($"version {version} is not supported (3.10 to 3.14)");
    }

    [Test]
    public void Find_FreeThreadedBeside_IsListedWithItsProblem()
    {
        Tree.InstallDebian("3.13");
        Tree.InstallDebian("3.13t");
        PythonInstallation[] found = Find(s_locator);
        found.Select(one => one.IsFreeThreaded).ShouldBe([false, true]);
        found[0].IsUsable.ShouldBeTrue();
        found[1].Problem.ShouldNotBeNull().ShouldContain("free-threaded");
    }
}
