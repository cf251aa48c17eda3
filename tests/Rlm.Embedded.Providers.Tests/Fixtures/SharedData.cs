using NUnit.Framework;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>The folder of real recordings beside the repository: RLM_SHARED_DATA, or shared/data in a folder above the tests.</summary>
internal static class SharedData
{
    /// <summary>A folder of it; the test is skipped when it is absent.</summary>
    public static string Folder(string name)
    {
        if (Find(name) is { } folder)
        {
            return folder;
        }

        Assert.Ignore($"No folder shared/data/{name} above the tests. Put it there or set RLM_SHARED_DATA.");
        return "";
    }

    private static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("RLM_SHARED_DATA") is { Length: > 0 } given)
        {
            string folder = Path.Combine(given, name);
            return Directory.Exists(folder) ? folder : null;
        }

        for (DirectoryInfo? above = new(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string folder = Path.Combine(above.FullName, "shared", "data", name);
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }
}
