using System.Text.Json;
using NUnit.Framework;
using Rlm.Embedded.Schemas;
using Shouldly;

namespace Rlm.Embedded.Tests.Schemas;

[TestFixture]
internal sealed class JsonReplyTests
{
    private const string Named = """{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""";

    [TestCase(Named, """{"a":1}""", """{"a":1}""")]
    [TestCase(Named, "  {\"a\":1}\n", """{"a":1}""")]
    [TestCase(Named, "```json\n{\"a\":1}\n```", """{"a":1}""")]
    [TestCase(Named, "Here you are:\n```\n{\"a\":1}\n```\nDone.", """{"a":1}""")]
    [TestCase(Named, "The answer is {\"a\":1}, I think.", """{"a":1}""")]
    [TestCase(Named, "{\"a\":1,} // done", """{"a":1}""")]
    [TestCase("""{"type":"array"}""", "[1, 2]", "[1, 2]")]
    [TestCase("""{"type":"boolean"}""", "True", "true")]
    [TestCase("""{"type":"null"}""", "None", "null")]
    [TestCase("""{"type":"string"}""", "Paris", "\"Paris\"")]
    [TestCase("""{"type":"string"}""", "\"Paris\"", "\"Paris\"")]
    [TestCase("""{"type":"string"}""", "42", "\"42\"")]
    [TestCase("""{"enum":["red","blue"]}""", "red", "\"red\"")]
    public void Read_ValueInWhatModelsWrite_IsFound(string schema, string text, string expected)
    {
        JsonReply.Read(text, Schema(schema), out var value).ShouldBeNull();

        value.GetRawText().ShouldBe(expected);
    }

    [TestCase(Named, """{"a":"x"}""", "$.a: expected integer, got the string \"x\"")]
    [TestCase("""{"enum":["red","blue"]}""", "\"green\"", "$: expected one of [\"red\",\"blue\"], got the string \"green\"")]
    public void Read_ValueDoesNotFit_SaysWhy(string schema, string text, string expected) => JsonReply.Read(text, Schema(schema), out _).ShouldBe(expected);

    [TestCase("I do not know")]
    [TestCase("")]
    [TestCase("{'a': 1}")]
    [TestCase("{\"a\": 1")]
    [TestCase("{\"a\": \"\ud800")]
    public void Read_NoJson_SaysSo(string text) => JsonReply.Read(text, Schema(Named), out _).ShouldStartWith("it is not JSON: ");

    private static JsonSchema Schema(string text) => JsonSchema.Parse(JsonDocument.Parse(text).RootElement);
}
