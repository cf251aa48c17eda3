using System.Numerics;
using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Schemas;
using Shouldly;

namespace Rlm.Embedded.Tests.Schemas;

[TestFixture]
internal sealed class JsonValuesTests
{
    [Test]
    public void ToElement_PlainValues_AreJson()
    {
        var value = new Dictionary<string, object?>
        {
            ["a"] = new List<object?> { 1L, 2.5, true, null, "x" },
            ["big"] = BigInteger.Pow(10, 30),
            ["bytes"] = new byte[] { 0, 255 },
        };

        JsonValues.ToElement(value).GetRawText().ShouldBe("""{"a":[1,2.5,true,null,"x"],"big":1000000000000000000000000000000,"bytes":"AP8="}""");
    }

    [Test]
    public void ToElement_LoneSurrogate_IsReplaced() => JsonValues.ToElement("a\ud800b\ud83d\ude00").GetString().ShouldBe("a\ufffdb\ud83d\ude00");

    [TestCase(double.NaN, "nan")]
    [TestCase(double.NegativeInfinity, "inf")]
    public void ToElement_NotFinite_IsRefused(double value, string name) =>
        Should.Throw<RlmException>(() => JsonValues.ToElement(value)).Message.ShouldStartWith($"The number {name} has no JSON form.");

    [Test]
    public void ToElement_EndlessInt_IsRefused() => Should.Throw<RlmException>(() => JsonValues.ToElement(BigInteger.Pow(10, 4_500))).Message.ShouldContain("4,300 digits");

    [Test]
    public void ToElement_SharedListsThatMultiply_AreRefused()
    {
        var list = new List<object?> { 1L };
        for (var i = 0; i < 60; i++)
        {
            list = [list, list];
        }

        Should.Throw<ValueTooLargeException>(() => JsonValues.ToElement(list, 1 << 20));
    }

    [Test]
    public void ToElement_LongText_IsRefused() => Should.Throw<ValueTooLargeException>(() => JsonValues.ToElement(new string('a', 2_000), 1_000));
}
