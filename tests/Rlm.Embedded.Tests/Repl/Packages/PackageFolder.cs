namespace Rlm.Embedded.Tests.Repl.Packages;

/// <summary>A temporary folder with packages in it. A module that was imported stays with the interpreter: names are used once.</summary>
internal sealed class PackageFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rlm-packages-").FullName;

    public PackageFolder Add(string file, string source)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, source);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
