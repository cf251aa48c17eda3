using NUnit.Framework;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class VersionTextTests
{
    [TestCase("3.12", "3.12")]
    [TestCase("3.12.1", "3.12.1")]
    [TestCase("3.14.0rc2", "3.14.0")]
    [TestCase("3.12-dev", "3.12")]
    [TestCase("cpython-3.12.3-linux-x86_64-gnu", "3.12.3")]
    [TestCase("miniconda3-3.11-24.1", "3.11")]
    public void FindIn_NameWithVersion_ReadsIt(string name, string version)
        => VersionText.FindIn(name).ShouldBe(Version.Parse(version));

    [TestCase("")]
    [TestCase("mine")]
    [TestCase("3")]
    [TestCase("anaconda3-2024")]
    [TestCase("99999999999.1")]
    public void FindIn_NameWithoutVersion_IsNull(string name) => VersionText.FindIn(name).ShouldBeNull();
}
