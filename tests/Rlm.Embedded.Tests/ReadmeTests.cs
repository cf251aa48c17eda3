using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Tests;

/// <summary>What README shows is code that compiles: each line of C# in it is a line of a sample.</summary>
[TestFixture]
internal sealed class ReadmeTests
{
    [Test]
    public void Readme_CSharp_IsQuotedFromTheSamples()
    {
        var samples = Directory.GetFiles(Repository.PathTo("samples"), "*.cs")
            .SelectMany(File.ReadLines).Select(Plain).ToHashSet(StringComparer.Ordinal);

        var shown = File.ReadAllText(Repository.PathTo("README.md")).Split("```csharp\n").Skip(1)
            .SelectMany(block => block.Split("\n```")[0].Split('\n')).Select(Plain).Where(line => line.Length > 0 && !IsUsing(line)).ToList();

        shown.ShouldNotBeEmpty();
        shown.Where(line => !samples.Contains(line)).ShouldBeEmpty("These lines of README are in no file of samples/.");
    }

    // The files of the samples name what they need; SnippetTests compiles README with its own usings.
    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal);

    // Comments differ, and the name of a model.
    private static string Plain(string line) => line.Split("// ")[0].Trim().Replace("Create(name)", "Create(\"openai/gpt-5-mini\")", StringComparison.Ordinal);
}
