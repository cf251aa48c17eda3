using NUnit.Framework;
using Rlm.Embedded.Interpreter.Locating;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

[TestFixture]
public sealed class PythonBuildTests
{
    [TestCase("libpython3.11.so.1.0", "3.11")]
    [TestCase("libpython3.11.so", "3.11")]
    [TestCase("libpython3.13t.so.1.0", "3.13t")]
    [TestCase("libpython3.7m.so.1.0", "3.7")]
    [TestCase("libpython2.7.so.1.0", "2.7")]
    [TestCase("libpython3.12.dylib", "3.12")]
    [TestCase("python312.dll", "3.12")]
    [TestCase("Python39.DLL", "3.9")]
    [TestCase("python313t.dll", "3.13t")]
    public void FromLibrary_NameWithVersion_ReadsIt(string fileName, string name)
        => PythonBuild.FromLibrary(fileName)!.Name.ShouldBe(name);

    [TestCase("libpython3.so")]
    [TestCase("python3.dll")]
    [TestCase("libpython.so")]
    [TestCase("libpython3.99999999999.so")]
    [TestCase("libpypy3.10-c.so")]
    [TestCase("Python")]
    [TestCase("")]
    public void FromLibrary_NameWithoutVersion_IsNull(string fileName)
        => PythonBuild.FromLibrary(fileName).ShouldBeNull();
}
