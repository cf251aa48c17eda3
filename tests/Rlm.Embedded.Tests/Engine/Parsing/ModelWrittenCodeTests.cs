using System.Text.Json;
using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>Blocks that a real model wrote must come through whatever fence they are put in.</summary>
[TestFixture]
internal sealed class ModelWrittenCodeTests
{
    private const string Data = "shared/data/model-written-code/blocks.jsonl";

    [TestCase("```repl\n", "\n```")]
    [TestCase("Text\n~~~python\n", "\n~~~\nText")]
    [TestCase("```\n", "\n```")]
    [TestCase("```py\n", "")]
    public void Parse_ModelWrittenBlock_ComesBackAsItIs(string before, string after)
    {
        foreach (var code in Blocks())
        {
            ResponseParser.Parse(before + code + after).Blocks.ShouldBe([code]);
        }
    }

    private static List<string> Blocks()
    {
        var path = Find();
        if (path is null)
        {
            Assert.Ignore($"There is no {Data} beside this repository.");
        }

        var blocks = new List<string>();
        foreach (var line in File.ReadLines(path!))
        {
            using var document = JsonDocument.Parse(line);
            var code = document.RootElement.GetProperty("code").GetString()!.Trim();
            if (code.Length > 0)
            {
                blocks.Add(code);
            }
        }

        return blocks;
    }

    /// <summary>The data lie beside the repository, or where RLM_SHARED_DATA says.</summary>
    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("RLM_SHARED_DATA");
        if (named is not null)
        {
            return Path.Combine(named, "model-written-code", "blocks.jsonl") is var file && File.Exists(file) ? file : null;
        }

        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, Data) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
