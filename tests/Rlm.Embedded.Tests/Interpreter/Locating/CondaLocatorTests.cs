using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class CondaLocatorTests : LocatorTest
{
    private static readonly CondaLocator s_locator = new();

    [Test]
    public void Find_NoConda_IsEmpty() => Find(s_locator).ShouldBeEmpty();

    [Test]
    public void Find_ActiveEnvironment_GoesFirst()
    {
        Tree.Install("/home/me/miniconda3", "3.13");
        string active = Tree.Install("/srv/env", "3.10");
        Tree.Set("CONDA_PREFIX", active);
        Homes(Find(s_locator)).ShouldBe([active, Tree["/home/me/miniconda3"]]);
    }

    [TestCase("miniconda3")]
    [TestCase("anaconda3")]
    [TestCase("miniforge3")]
    public void Find_UsualFolderWithEnvironments_NewestFirst(string folder)
    {
        Tree.Install($"/home/me/{folder}", "3.11");
        Tree.Install($"/home/me/{folder}/envs/new", "3.12", patch: 7);
        Tree.Folder($"/home/me/{folder}/envs/without-python");
        PythonInstallation[] found = Find(s_locator);
        Homes(found).ShouldBe([Tree[$"/home/me/{folder}/envs/new"], Tree[$"/home/me/{folder}"]]);
        found[0].Version.ShouldBe(new Version(3, 12, 7));
        found.ShouldAllBe(one => one.IsUsable && one.Source == "conda");
    }

    [Test]
    public void Find_ContainerImage_LooksInOpt()
    {
        string home = Tree.Install("/opt/conda", "3.12");
        Homes(Find(s_locator)).ShouldBe([home]);
    }
}
