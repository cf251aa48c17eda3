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
        using NewProject project = await NewProject.MakeAsync(Program, usesConsole: true);

        (int code, string output) = await project.RunAsync("run", "--no-restore");

        code.ShouldBe(0, output);
        output.Trim().ShouldBe("100000 True True");
        Directory.GetFiles(project.Feed).Select(Path.GetFileName).ShouldContain($"Rlm.Embedded.{project.Version}.snupkg");
    }
}
