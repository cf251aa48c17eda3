using System.Text.Json;
using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

[TestFixture]
internal sealed class ToolCallCodeTests
{
    [TestCase("python", """{"code": "print(1)"}""", "print(1)")]
    [TestCase("PYTHON", """{"Code": "print(1)"}""", "print(1)")]
    [TestCase("repl", """{"code": "a = 1\r\nb = 2\r\n"}""", "a = 1\nb = 2")]
    [TestCase("code_interpreter", """{"input": "print(1)"}""", "print(1)")]
    [TestCase("functions.python", """{"code": "print(1)"}""", "print(1)")]
    [TestCase("functions.python:0", """{"code": "print(1)"}""", "print(1)")]
    [TestCase("python", """{"code": "print(1)", "timeout": 30, "reset": false}""", "print(1)")]
    [TestCase("code_interpreter", """{"language": "python", "code": "print(1)"}""", "print(1)")]
    [TestCase("python", "\"{\\\"code\\\": \\\"print(1)\\\"}\"", "print(1)")]
    [TestCase("python", """{"code": "print(1)", "source": "print(2)"}""", null)]
    [TestCase("code_interpreter", """{"language": "bash", "code": "ls"}""", null)]
    [TestCase("python", """{"path": "a.py"}""", null)]
    [TestCase("python", """{"code": 1}""", null)]
    [TestCase("python", """{"code": " "}""", null)]
    [TestCase("python", """{"code": "print(1)" """, null)]
    [TestCase("python", "[]", null)]
    [TestCase("python", "\"print(1)\"", "print(1)")]
    [TestCase("python", null, null)]
    [TestCase("get_weather", """{"code": "print(1)"}""", null)]
    [TestCase(null, """{"code": "print(1)"}""", null)]
    public void Read_CallWithJson_GivesOnlyUnmistakableCode(string? name, string? json, string? code) =>
        ToolCallCode.Read(name, json).ShouldBe(code);

    [Test]
    public void Read_CallWithValues_TakesTextAndElements()
    {
        using var document = JsonDocument.Parse("\"print(1)\"");

        ToolCallCode.Read("python", [new("code", document.RootElement), new("timeout", 3)]).ShouldBe("print(1)");
        ToolCallCode.Read("python", [new("code", "print(1)")]).ShouldBe("print(1)");
        ToolCallCode.Read("python", [new("code", null)]).ShouldBeNull();
        ToolCallCode.Read("python", (Dictionary<string, object?>?)null).ShouldBeNull();
    }
}
