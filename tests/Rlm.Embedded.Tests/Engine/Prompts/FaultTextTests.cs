using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Prompts;

[TestFixture]
internal sealed class FaultTextTests
{
    [TestCase("", "empty")]
    [TestCase("<think>x</think>", "only reasoning")]
    [TestCase("<think>x", "never closed")]
    [TestCase("Hm.\n<|user|>\nOutput: 3", "a turn that is not yours")]
    [TestCase("FINAL(a", "FINAL( was found, its closing parenthesis was not")]
    [TestCase("FINAL()", "nothing in its parentheses")]
    [TestCase("```text\nFINAL(42)\n```", "in a fence that is not ```repl")]
    [TestCase("So it is FINAL(50).", "with other words on its line")]
    [TestCase("[TOOL_CALLS]search[ARGS]{\"q\": \"x\"}", "Tool calls are not available here; write a ```repl block")]
    [TestCase("\\boxed{50}", "\\boxed{}")]
    public void Of_Fault_SaysWhatWasFound(string reply, string words) =>
        FaultText.Of(ResponseParser.Parse(reply)).ShouldNotBeNull().ShouldContain(words, Case.Insensitive);

    [Test]
    public void Of_CodeAndASmallFault_IsSilent() => FaultText.Of(ResponseParser.Parse("\\boxed{5}\n```repl\nx = 1\n```")).ShouldBeNull();
}
