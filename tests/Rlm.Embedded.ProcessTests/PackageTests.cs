using System.Diagnostics;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>The packages are what a user gets: they are packed, restored from a folder into a new project, and run.</summary>
public sealed class PackageTests
{
    private const string Program = """
        using Microsoft.Extensions.AI;
        using Rlm.Embedded;
        using Rlm.Embedded.Chat;
        using Rlm.Embedded.Models;
        using Rlm.Embedded.Providers;

        IChatClient model = new ScriptedChatClient("```repl\nFINAL(len(context))\n```");
        using StringWriter shown = new();
        using IChatClient client = new RecursiveChatClient(model, new RlmOptions { DirectCallThreshold = 1 }.UseConsole(shown));
        Console.WriteLine($"{await client.GetResponseAsync(new string('x', 100_000))} {ModelCatalog.Default is not null} {shown.ToString().Contains("turn 1/30")}");
        """;

    [Test]
    public async Task Pack_RestoredFromAFolder_RunsInANewProject()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rlm-package-");
        try
        {
            string version = $"0.0.1-test{Guid.NewGuid().ToString("N")[..8]}";
            string feed = Path.Combine(folder.FullName, "feed");
            foreach (string project in (string[])["Rlm.Embedded", "Rlm.Embedded.Providers", "Rlm.Embedded.Console"])
            {
                (int packed, string log) = await RunAsync(
                    folder.FullName, "pack", Path.Combine(Root, "src", project), "-c", Configuration, "--no-build", "-o", feed, $"-p:PackageVersion={version}", "-v", "quiet");
                packed.ShouldBe(0, log);
            }

            Write(folder, "nuget.config", $"""
                <configuration>
                  <config><add key="globalPackagesFolder" value="{folder.FullName}/packages" /></config>
                  <packageSources><add key="here" value="{feed}" /></packageSources>
                  <fallbackPackageFolders><add key="cache" value="{Cache}" /></fallbackPackageFolders>
                </configuration>
                """);
            Write(folder, "new.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <Nullable>enable</Nullable>
                    <NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                  <ItemGroup><PackageReference Include="Rlm.Embedded.Providers" Version="{version}" /><PackageReference Include="Rlm.Embedded.Console" Version="{version}" /></ItemGroup>
                </Project>
                """);
            Write(folder, "Program.cs", Program);

            (int restored, string restoreLog) = await RunAsync(folder.FullName, "restore");
            if (restored != 0 && restoreLog.Contains("NU1301", StringComparison.Ordinal))
            {
                Assert.Ignore("The machine's package source cannot be reached, so the packages' dependencies cannot be restored:\n" + restoreLog);
            }

            restored.ShouldBe(0, restoreLog);
            (int code, string output) = await RunAsync(folder.FullName, "run", "--no-restore");
            code.ShouldBe(0, output);
            output.Trim().ShouldBe("100000 True True");
            Directory.GetFiles(feed).Select(Path.GetFileName).ShouldContain($"Rlm.Embedded.{version}.snupkg");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

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

    private static void Write(DirectoryInfo folder, string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
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
}
