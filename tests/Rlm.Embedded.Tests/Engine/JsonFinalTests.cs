using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>JSON in a FINAL outside of code is the answer as it stands: read as Python its numbers and keys would change.</summary>
[Category("Interpreter")]
public sealed class JsonFinalTests
{
    [TestCase("{\"amount\": 12345678901234567.89}")]
    [TestCase("[0.12345678901234567890123]")]
    [TestCase("{\"version\": 3.10}")]
    [TestCase("{\"a\": 1e400}")]
    [TestCase("{\"a\": 1,\n \"a\": 2}")]
    [TestCase("{\"ok\": true, \"none\": null}")]
    public async Task Final_JsonInProse_StandsAsWritten(string json)
    {
        using ScriptedChatClient model = new("```repl\nprint(context)\n```", $"FINAL({json})");
        await using RecursiveLanguageModel rlm = new(model);

        (await rlm.CompleteAsync(RlmContext.FromText("text"), "?")).Text.ShouldBe(json);
    }
}
