using System.Text.Json;
using NUnit.Framework;
using Rlm.Embedded.Schemas;
using Shouldly;

namespace Rlm.Embedded.Tests.Schemas;

[TestFixture]
internal sealed class JsonSchemaTests
{
    private const string Node = """{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]},"name":{"type":"string"}},"required":["name"]}""";

    [TestCase("true", "[1]")]
    [TestCase("{}", "[1]")]
    [TestCase("""{"type":"integer"}""", "3")]
    [TestCase("""{"type":"integer"}""", "3.0")]
    [TestCase("""{"type":["string","null"]}""", "null")]
    [TestCase("""{"type":"string","nullable":true}""", "null")]
    [TestCase("""{"type":"number","minimum":0,"exclusiveMaximum":1}""", "0")]
    [TestCase("""{"multipleOf":0.1}""", "0.3")]
    [TestCase("""{"enum":["a",1,null]}""", "1")]
    [TestCase("""{"const":{"a":[1]}}""", """{"a":[1]}""")]
    [TestCase("""{"maxLength":2}""", "\"\ud83d\ude00\ud83d\ude00\"", TestName = "FindMismatch_Length_CountsCodePoints")]
    [TestCase("""{"pattern":"^a+$"}""", "\"aaa\"")]
    [TestCase("""{"pattern":"^a+$"}""", "5")]
    [TestCase("""{"items":{"type":"integer"},"minItems":2,"uniqueItems":true}""", "[1,2]")]
    [TestCase("""{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}""", """["a",1,2]""")]
    [TestCase("""{"properties":{"a":{"type":"integer"}},"patternProperties":{"^x_":{"type":"string"}},"additionalProperties":false}""", """{"a":1,"x_b":"c"}""")]
    [TestCase("""{"oneOf":[{"type":"integer"},{"type":"string"}]}""", "5")]
    [TestCase("""{"not":{"type":"null"}}""", "5")]
    [TestCase("""{"$defs":{"id":{"type":"integer"}},"items":{"$ref":"#/$defs/id"}}""", "[1,2]")]
    [TestCase(Node, """{"name":"a","next":{"name":"b","next":null}}""")]
    [TestCase("""{"type":"string","format":"date-time","description":"d","title":"t","default":"x"}""", "\"no date\"")]
    public void FindMismatch_ValueFits_IsNull(string schema, string value) => Check(schema, value).ShouldBeNull();

    [TestCase("false", "1", "$: nothing is allowed here")]
    [TestCase("""{"type":"integer"}""", "3.5", "$: expected integer, got the number 3.5")]
    [TestCase("""{"type":"boolean"}""", "\"true\"", "$: expected boolean, got the string \"true\"")]
    [TestCase("""{"type":["string","null"]}""", "[1,2]", "$: expected string or null, got an array of 2")]
    [TestCase("""{"minimum":0}""", "-1", "$: -1 is less than 0")]
    [TestCase("""{"exclusiveMaximum":1}""", "1", "$: 1 is not less than 1")]
    [TestCase("""{"multipleOf":2}""", "3", "$: 3 is not a multiple of 2")]
    [TestCase("""{"enum":["a","b"]}""", "\"c\"", "$: expected one of [\"a\",\"b\"], got the string \"c\"")]
    [TestCase("""{"const":1}""", "2", "$: expected 1, got the number 2")]
    [TestCase("""{"minLength":2}""", "\"a\"", "$: 1 characters, and at least 2 are asked for")]
    [TestCase("""{"pattern":"^a+$"}""", "\"b\"", "$: 'b' does not match the pattern ^a+$")]
    [TestCase("""{"items":{"type":"integer"}}""", "[1,\"a\"]", "$[1]: expected integer, got the string \"a\"")]
    [TestCase("""{"maxItems":1}""", "[1,2]", "$: 2 items, and at most 1 are allowed")]
    [TestCase("""{"uniqueItems":true}""", "[1,2,1]", "$: the items 0 and 2 are equal, and all must differ")]
    [TestCase("""{"prefixItems":[{}],"items":false}""", "[1,2]", "$[1]: nothing is allowed here")]
    [TestCase("""{"required":["a"]}""", "{}", "$: the property 'a' is missing")]
    [TestCase("""{"properties":{"a":{"properties":{"b":{"type":"string"}}}}}""", """{"a":{"b":1}}""", "$.a.b: expected string, got the number 1")]
    [TestCase("""{"properties":{"a":{}},"additionalProperties":false}""", """{"b":1}""", "$: there must be no property 'b'")]
    [TestCase("""{"additionalProperties":{"type":"integer"}}""", """{"b":"x"}""", "$.b: expected integer, got the string \"x\"")]
    [TestCase("""{"maxProperties":0}""", """{"b":1}""", "$: 1 properties, and at most 0 are allowed")]
    [TestCase("""{"anyOf":[{"type":"integer"},{"type":"null"}]}""", "\"a\"", "$: fits none of the 2 alternatives ($: expected integer, got the string \"a\"; $: expected null, got the string \"a\")")]
    [TestCase("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "1", "$: fits more than one alternative, and exactly one is asked for")]
    [TestCase("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "3", "$: 3 is greater than 2")]
    [TestCase("""{"not":{"type":"null"}}""", "null", "$: null is what the schema rules out")]
    [TestCase(Node, """{"name":"a","next":{"nome":"b"}}""", "$.next: fits none of the 2 alternatives ($.next: the property 'name' is missing; $.next: expected null, got an object with 1 properties)")]
    public void FindMismatch_ValueDoesNotFit_NamesPlaceAndReason(string schema, string value, string expected) => Check(schema, value).ShouldBe(expected);

    [TestCase("5", "# is number, and a schema is an object")]
    [TestCase("""{"if":{}}""", "# has the keyword 'if', which is not known here")]
    [TestCase("""{"properties":{"a":{"typ":"integer"}}}""", "#/properties/a has the keyword 'typ'")]
    [TestCase("""{"type":"int"}""", "#/type must be one of null, boolean, integer")]
    [TestCase("""{"required":"a"}""", "#/required must be a list of strings")]
    [TestCase("""{"minLength":-1}""", "#/minLength must be a whole number, not negative")]
    [TestCase("""{"pattern":"("}""", "#/pattern holds a pattern that cannot be used")]
    [TestCase("""{"pattern":"(?=a)b"}""", "look-arounds and back-references are not supported")]
    [TestCase("""{"$ref":"https://example.org/x"}""", "only places in the same schema")]
    [TestCase("""{"$ref":"#/$defs/x"}""", "which the schema does not have")]
    [TestCase("""{"$ref":"#/default","default":{"typ":1}}""", "#/default has the keyword 'typ'")]
    [TestCase("""{"anyOf":[]}""", "#/anyOf must be a list of schemas")]
    public void Parse_NotASchemaThatIsKnown_IsRefused(string schema, string expected) =>
        Should.Throw<RlmConfigurationException>(() => JsonSchema.Parse(Json(schema))).Message.ShouldContain(expected);

    [Test]
    public void FindMismatch_ReferenceToItself_Ends() => Check("""{"$ref":"#"}""", "1")!.ShouldContain("too many steps");

    [Test]
    public void FindMismatch_AlternativesThatMultiply_End()
    {
        var defs = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""
            "d{{i}}":{"anyOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]}
            """));

        Check($$"""{"$defs":{{{defs}},"d40":false},"$ref":"#/$defs/d0"}""", "1")!.ShouldContain("too many steps");
    }

    private static string? Check(string schema, string value) => JsonSchema.Parse(Json(schema)).FindMismatch(Json(value));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
