using NUnit.Framework;
using Rlm.Embedded.Providers;
using Shouldly;

namespace Rlm.Embedded.Tests;

/// <summary>The public surface changes only on purpose.</summary>
[TestFixture]
internal sealed class PublicApiTests
{
    private const string Approve = "RLM_APPROVE_PUBLIC_API";

    [Test]
    public void PublicSurface_OfTheLibraries_IsTheApprovedOne()
    {
        var approved = Repository.PathTo("tests", "Rlm.Embedded.Tests", "PublicApi.approved.txt");
        var surface = $"# Rlm.Embedded\n{PublicApi.Of(typeof(RecursiveLanguageModel).Assembly)}\n# Rlm.Embedded.Providers\n{PublicApi.Of(typeof(ModelCatalog).Assembly)}"
            + $"\n# Rlm.Embedded.Console\n{PublicApi.Of(typeof(RlmConsole).Assembly)}";
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(approved, surface);
        }

        var now = surface.Split('\n');
        var before = File.ReadAllText(approved).Split('\n');

        var changes = before.Except(now, StringComparer.Ordinal).Select(line => "- " + line.Trim()).Concat(now.Except(before, StringComparer.Ordinal).Select(line => "+ " + line.Trim()));
        (string.Join('\n', changes) is { Length: > 0 } text ? text : surface == string.Join('\n', before) ? "" : "the order of lines, or a line that occurs elsewhere too").ShouldBe(
            "",
            $"The public surface is not the approved one. If the change is meant, approve it:\n{Approve}=1 dotnet test tests/Rlm.Embedded.Tests --filter FullyQualifiedName~PublicApi\nand commit tests/Rlm.Embedded.Tests/PublicApi.approved.txt.");
    }
}
