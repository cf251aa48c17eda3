namespace Rlm.Embedded.Tests;

/// <summary>Where this repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathTo(params string[] names) => Path.Combine([Root, .. names]);

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Rlm.Embedded.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"There is no Rlm.Embedded.sln above {AppContext.BaseDirectory}.");
        }

        return folder;
    }
}
