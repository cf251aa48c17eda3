using NUnit.Framework;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Tests.Repl.Packages;

/// <summary>Whether a package with C extensions is installed for the Python that runs; looked up without what is tested.</summary>
internal static class InstalledPackage
{
    /// <summary>Skips the test where the package is not there; fails it where RLM_TEST_PACKAGES says that it must be.</summary>
    public static void Require(string name, string extension)
    {
        PythonInstallation python = PythonRuntime.Current!.Installation;
        string version = python.Version!.ToString(2);
        string file = $"{extension}.cpython-{version.Replace(".", "", StringComparison.Ordinal)}-*.so";
        string[] parents = [Path.Combine(python.Home!, "lib", "python3", "dist-packages"), Path.Combine(python.Home!, "lib", $"python{version}", "site-packages"), Path.Combine(python.Home!, "local", "lib", $"python{version}", "dist-packages")];
        if (parents.Any(parent => Directory.Exists(Path.Combine(parent, name)) && Directory.EnumerateFiles(Path.Combine(parent, name), file, SearchOption.AllDirectories).Any()))
        {
            return;
        }

        string missing = $"{name} is not installed for Python {version} in {python.Home} (on Debian: apt-get install python3-{name}).";
        if (python.Home == "/usr" && Environment.GetEnvironmentVariable("RLM_TEST_PACKAGES") == version)
        {
            Assert.Fail(missing);
        }

        Assert.Ignore(missing);
    }
}
