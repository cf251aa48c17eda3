using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

/// <summary>What the tests of locators share: one made-up machine each.</summary>
public abstract class LocatorTest
{
    private protected PythonTree Tree { get; private set; } = null!;

    private protected virtual HostPlatform Platform => HostPlatform.Linux;

    [SetUp]
    public void MakeTree() => Tree = new PythonTree { Platform = Platform };

    [TearDown]
    public void DisposeTree() => Tree.Dispose();

    private protected PythonInstallation[] Find(IPythonLocator locator) => [.. locator.Find(Tree.Roots)];

    private protected static string[] Homes(IEnumerable<PythonInstallation> installations) => [.. installations.Select(found => found.Home!)];
}
