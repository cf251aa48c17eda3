using System.Runtime.InteropServices;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>
/// Programs that are published in one file, trimmed, or compiled ahead of time do what others do. RLM_CI_FULL=1: each takes a minute, and the last needs a
/// linker (gcc or clang).
/// </summary>
public sealed class PublishTests
{
    private const string Program = """
        using System.Text.Json.Serialization;
        using Microsoft.Extensions.AI;
        using Rlm.Embedded;
        using Rlm.Embedded.Chat;
        using Rlm.Embedded.Models;
        using Rlm.Embedded.Providers;
        using Rlm.Embedded.Repl;
        using Rlm.Embedded.Sandbox;

        foreach (SandboxProfile profile in (SandboxProfile[])[SandboxProfile.Restricted, SandboxProfile.Trusted])
        {
            await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = profile, Context = RlmContext.FromText("abc") });
            Console.Write((await repl.ExecuteAsync(new Cell("import json, re, decimal\nprint(json.dumps(re.findall('.', context)), decimal.Decimal(1) / 8)"))).Stdout);
            Console.WriteLine((await repl.ExecuteAsync(new Cell("1 / 0"))).Error!.Type);
            Console.WriteLine((await repl.ExecuteAsync(new Cell("while True: pass", TimeSpan.FromMilliseconds(300)))).Stopped);
            Console.WriteLine((await repl.ExecuteAsync(new Cell("x = bytearray(10 ** 12)"))).Error!.Type);
        }

        string folder = Path.Combine(AppContext.BaseDirectory, "trajectories");
        var model = new ScriptedChatClient("```repl\ncity = llm_query('where?')\nFINAL({'name': city, 'length': len(context)})\n```");
        await using (RecursiveLanguageModel rlm = new(model, new RlmOptions { DirectCallThreshold = 0, TrajectoryFolder = folder, SubModel = new ScriptedChatClient("Oslo") }))
        {
            Found found = (await rlm.CompleteAsync(RlmContext.FromText("abcde"), "?", Answers.Default.Found)).Value;
            Console.WriteLine($"{found.Name} {found.Length}");
        }

        Console.WriteLine(Directory.GetFiles(folder).Length);
        Console.WriteLine(string.Join(' ', EngineInfo.Read().Faults));
        using IChatClient client = new RecursiveChatClient(new ScriptedChatClient("```repl\nFINAL(len(context))\n```"), new RlmOptions { DirectCallThreshold = 1 });
        Console.WriteLine($"{await client.GetResponseAsync(new string('x', 100_000))} {ModelCatalog.Default.Providers.Count > 3}");

        internal sealed record Found(string Name, int Length);

        [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
        [JsonSerializable(typeof(Found))]
        internal sealed partial class Answers : JsonSerializerContext;
        """;

    private const string Worked = """
        ["a", "b", "c"] 0.125
        ZeroDivisionError
        Timeout
        MemoryError
        ["a", "b", "c"] 0.125
        ZeroDivisionError
        Timeout
        MemoryError
        Oslo 5
        1

        100000 True

        """;

    [TestCase("<PublishSingleFile>true</PublishSingleFile><SelfContained>true</SelfContained>", TestName = "Publish_SingleFile_Runs")]
    [TestCase("<PublishTrimmed>true</PublishTrimmed><SelfContained>true</SelfContained>", TestName = "Publish_Trimmed_Runs")]
    [TestCase("<PublishSingleFile>true</PublishSingleFile><PublishTrimmed>true</PublishTrimmed><SelfContained>true</SelfContained>", TestName = "Publish_SingleFileTrimmed_Runs")]
    [TestCase("<PublishAot>true</PublishAot>", TestName = "Publish_Aot_Runs")]
    public async Task Publish(string how)
    {
        if (Environment.GetEnvironmentVariable("RLM_CI_FULL") != "1")
        {
            Assert.Ignore("Publishing takes a minute: set RLM_CI_FULL=1.");
        }

        using NewProject project = await NewProject.MakeAsync(
            Program, $"{how}<TrimmerSingleWarn>false</TrimmerSingleWarn><RuntimeIdentifier>{PortableIdentifier}</RuntimeIdentifier>");

        (int published, string log) = await project.RunAsync("publish", "--no-restore", "-o", project.PathTo("out"));
        published.ShouldBe(0, log);
        log.ShouldNotContain("warning");
        (int code, string output) = await project.ExecuteAsync(Path.Combine(project.PathTo("out"), OperatingSystem.IsWindows() ? "new.exe" : "new"));

        output.ReplaceLineEndings("\n").ShouldBe(Worked);
        code.ShouldBe(0);
    }

    private static string PortableIdentifier =>
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
}
