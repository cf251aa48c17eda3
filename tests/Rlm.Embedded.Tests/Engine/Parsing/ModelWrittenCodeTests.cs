using System.Text.Json;
using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>Blocks that a real model wrote must come through whatever fence they are put in.</summary>
[TestFixture]
internal sealed class ModelWrittenCodeTests
{
    private const string Path = "/work/shared/data/model-written-code/blocks.jsonl";

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
        if (!File.Exists(Path))
        {
            Assert.Ignore($"There is no {Path} on this machine.");
        }

        var blocks = new List<string>();
        foreach (var line in File.ReadLines(Path))
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
}
