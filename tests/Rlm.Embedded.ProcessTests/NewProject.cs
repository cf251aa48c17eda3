using System.Diagnostics;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>A program of a user's: a project of its own that restores the library's packages from a folder.</summary>
internal sealed class NewProject : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rlm-package-");

    private NewProject(string version)
    {
        Version = version;
        Feed = PathTo("feed");
    }

    /// <summary>The version that the packages have.</summary>
    public string Version { get; }

    /// <summary>The folder with the packages.</summary>
    public string Feed { get; }

    /// <summary>Packs the library as it was built, and makes and restores a project that uses it.</summary>
    /// <param name="program">Program.cs.</param>
    /// <param name="properties">What the project file says besides, as XML.</param>
    /// <param name="usesConsole">Whether it has the package of the console view.</param>
    /// <param name="restoreArguments">Of <c>dotnet restore</c>.</param>
    public static async Task<NewProject> MakeAsync(string program, string properties = "", bool usesConsole = false, params string[] restoreArguments)
    {
        NewProject project = new($"0.0.1-test{Guid.NewGuid().ToString("N")[..8]}");
        try
        {
            foreach (string name in (string[])["Rlm.Embedded", "Rlm.Embedded.Providers", "Rlm.Embedded.Console"])
            {
                (int packed, string log) = await project.RunAsync(
                    "pack", Path.Combine(Root, "src", name), "-c", Configuration, "--no-build", "-o", project.Feed, $"-p:PackageVersion={project.Version}", "-v", "quiet");
                packed.ShouldBe(0, log);
            }

            project.Write("nuget.config", $"""
                <configuration>
                  <config><add key="globalPackagesFolder" value="{project.PathTo("packages")}" /></config>
                  <packageSources><add key="here" value="{project.Feed}" /></packageSources>
                  <fallbackPackageFolders><add key="cache" value="{Cache}" /></fallbackPackageFolders>
                </configuration>
                """);
            project.Write("new.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <Nullable>enable</Nullable>
                    <NuGetAudit>false</NuGetAudit>
                    {properties}
                  </PropertyGroup>
                  <ItemGroup><PackageReference Include="Rlm.Embedded.Providers" Version="{project.Version}" /></ItemGroup>
                  {(usesConsole ? $"""<ItemGroup><PackageReference Include="Rlm.Embedded.Console" Version="{project.Version}" /></ItemGroup>""" : "")}
                </Project>
                """);
            project.Write("Program.cs", program);
            (int restored, string restoreLog) = await project.RunAsync(["restore", .. restoreArguments]);
            if (restored != 0 && restoreLog.Contains("NU1301", StringComparison.Ordinal))
            {
                Assert.Ignore("The machine's package source cannot be reached, so the packages' dependencies cannot be restored:\n" + restoreLog);
            }

            restored.ShouldBe(0, restoreLog);
            return project;
        }
        catch
        {
            project.Dispose();
            throw;
        }
    }

    public string PathTo(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Runs <c>dotnet</c> in the project's folder.</summary>
    public Task<(int Code, string Output)> RunAsync(params string[] arguments) => ExecuteAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments);

    /// <summary>Runs a program in the project's folder.</summary>
    public async Task<(int Code, string Output)> ExecuteAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment.Remove("MSBuildSDKsPath"); // set by `dotnet test` for the SDK of this repository
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Root { get; } = FindRoot();

    private static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";

    private static string Cache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Rlm.Embedded.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"There is no Rlm.Embedded.sln above {AppContext.BaseDirectory}.");
        }

        return folder;
    }

    private void Write(string name, string text) => File.WriteAllText(PathTo(name), text);
}
