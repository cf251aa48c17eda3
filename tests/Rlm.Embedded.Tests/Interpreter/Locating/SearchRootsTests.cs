using NUnit.Framework;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class SearchRootsTests : LocatorTest
{
    [Test]
    public void Resolve_LinkedFolderInThePath_IsFollowed()
    {
        string file = Tree.File("/real/lib/a.so.1");
        Tree.Link("/real/lib/a.so", "a.so.1");
        Tree.Link("/alias", "real");
        Tree.Roots.Resolve(Tree["/alias/lib/a.so"]).ShouldBe(file);
    }

    [Test]
    public void Resolve_LinksInACircle_Ends()
    {
        Tree.Link("/a", "b");
        Tree.Link("/b", "a");
        Tree.Roots.Resolve(Tree["/a/x"]).ShouldNotBeNull();
    }

    [Test]
    public void ReadText_FolderOrMissing_IsNull()
    {
        Tree.Roots.ReadText(Tree.Folder("/folder")).ShouldBeNull();
        Tree.Roots.ReadText(Tree["/missing"]).ShouldBeNull();
    }

    [Test]
    public void ReadText_HugeFile_StopsAtTheLimit()
        => Tree.Roots.ReadText(Tree.File("/huge", new string('x', 1_000_000)))!.Length.ShouldBe(65536);

    [Test]
    public void FullPath_TextIsNoPath_IsReturned() => Tree.Roots.FullPath("a\0b").ShouldBe("a\0b");

    [Test]
    public void OfThisProcess_Always_FitsThePlatform()
    {
        SearchRoots roots = SearchRoots.OfThisProcess();
        (roots.Platform == HostPlatform.Windows).ShouldBe(OperatingSystem.IsWindows());
        roots.Registry().ShouldNotBeNull();
    }
}
