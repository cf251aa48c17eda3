using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Shouldly;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Tests.Interpreter;

[Category("Interpreter")]
public sealed unsafe class PyValuesTests
{
    private static readonly Gen<object?> s_leaf = Gen.OneOf(
        Gen.Constant<object?>(null),
        Gen.Elements<object?>(true, false),
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => (object?)((long)number * number * Math.Sign(number))),
        AnyText.Strings().Generator.Select(text => (object?)text),
        Gen.Choose(int.MinValue, int.MaxValue).Select(bits => (object?)BitConverter.Int64BitsToDouble((long)bits << 20)).Where(value => !double.IsNaN((double)value!)),
        Gen.Choose(0, 255).ArrayOf().Select(bytes => (object?)bytes.Select(b => (byte)b).ToArray()));

    [TestCase("None", null)]
    [TestCase("True", true)]
    [TestCase("False", false)]
    [TestCase("0", 0L)]
    [TestCase("-1", -1L)]
    [TestCase("2**63 - 1", long.MaxValue)]
    [TestCase("-2**63", long.MinValue)]
    [TestCase("1.5", 1.5)]
    [TestCase("-0.0", -0.0)]
    [TestCase("float('inf')", double.PositiveInfinity)]
    [TestCase("float('nan')", double.NaN)]
    [TestCase("5e-324", double.Epsilon)]
    [TestCase("''", "")]
    [TestCase("'a\\0b\\r\\n'", "a\0b\r\n")]
    public void ToManaged_Scalar_IsItsCounterpart(string expression, object? expected)
    {
        object? read = Read($"value = {expression}");

        read.ShouldBe(expected);
        read?.GetType().ShouldBe(expected!.GetType());
    }

    [Test]
    public void ToManaged_LoneSurrogate_IsExact() => Read("value = 'a\\ud800'").ShouldBe("a\ud800");

    [TestCase("2**63")]
    [TestCase("-2**63 - 1")]
    [TestCase("10**5000 + 7")]
    [TestCase("-(16**999)")]
    [TestCase("0x8000000000000000F")]
    public void ToManaged_IntegerBeyondLong_IsBigInteger(string expression)
    {
        object? read = Read($"value = {expression}");
        object? hex = Read($"value = format({expression}, 'x')");

        BigInteger number = read.ShouldBeOfType<BigInteger>();
        string digits = (string)hex!;
        number.ShouldBe(BigInteger.Parse("0" + digits.TrimStart('-'), System.Globalization.NumberStyles.AllowHexSpecifier) * (digits[0] == '-' ? -1 : 1));
    }

    [Test]
    public void ToManaged_Containers_AreListsAndDictionaries()
    {
        object? read = Read("value = {'list': [1, (2, 'x'), []], 'empty': {}, 'bytes': b'\\x00\\xff'}");

        Dictionary<string, object?> dictionary = read.ShouldBeOfType<Dictionary<string, object?>>();
        List<object?> list = dictionary["list"].ShouldBeOfType<List<object?>>();
        list[0].ShouldBe(1L);
        list[1].ShouldBeOfType<List<object?>>().ShouldBe([2L, "x"]);
        list[2].ShouldBeOfType<List<object?>>().ShouldBeEmpty();
        dictionary["empty"].ShouldBeOfType<Dictionary<string, object?>>().ShouldBeEmpty();
        dictionary["bytes"].ShouldBe(new byte[] { 0, 255 });
    }

    [Test]
    public void ToManaged_InstancesOfSubclasses_CountAsTheirBase()
    {
        object? read = Read("""
            from collections import OrderedDict, namedtuple
            from enum import IntEnum
            class Color(IntEnum): RED = 3
            class Sly(int):
                def __index__(self): return 99
                __int__ = __index__
            class Text(str): pass
            class Rows(list):
                def __getitem__(self, i): return 'lie'
                def __len__(self): return 1000
            class Real(float):
                def __float__(self): return 99.0
            value = [Color.RED, Sly(5), Sly(2**70), Text('t'), Rows([1]), Real(0.5), OrderedDict(a=1), namedtuple('P', 'x y')(1, 2)]
            """);

        List<object?> list = read.ShouldBeOfType<List<object?>>();
        list[0].ShouldBe(3L);
        list[1].ShouldBe(5L);
        list[2].ShouldBe(BigInteger.Pow(2, 70));
        list[3].ShouldBe("t");
        list[4].ShouldBeOfType<List<object?>>().ShouldBe([1L]);
        list[5].ShouldBe(0.5);
        list[6].ShouldBeOfType<Dictionary<string, object?>>()["a"].ShouldBe(1L);
        list[7].ShouldBeOfType<List<object?>>().ShouldBe([1L, 2L]);
    }

    [TestCase("value = {1: 'a'}", "int")]
    [TestCase("value = [{'k': {None: 1}}]", "NoneType")]
    [TestCase("value = {1, 2}", "set")]
    [TestCase("value = 1j", "complex")]
    [TestCase("value = lambda: 0", "function")]
    [TestCase("class Thing: pass\nvalue = [Thing()]", "Thing")]
    public void ToManaged_NoCounterpart_IsRefusedByName(string code, string type)
    {
        Should.Throw<RlmException>(() => Read(code)).Message.ShouldContain(type);
    }

    [TestCase("value = []\nvalue.append(value)", "list")]
    [TestCase("value = {}\nvalue['self'] = [value]", "dict")]
    [TestCase("inner = []\nvalue = [[inner], (inner,)]\ninner.append(value)", "list")]
    public void ToManaged_Circle_IsRefused(string code, string type)
    {
        Should.Throw<RlmException>(() => Read(code)).Message.ShouldBe($"The {type} contains itself. Give a value without a circle.");
    }

    [Test]
    public void ToManaged_DepthLimit_IsExact()
    {
        string nest = "value = []\nfor _ in range({0}): value = [value]";

        Read(string.Format(nest, PyValues.MaxDepth - 1)).ShouldNotBeNull();
        Should.Throw<RlmException>(() => Read(string.Format(nest, PyValues.MaxDepth))).Message.ShouldContain("128 levels");
        Should.Throw<RlmException>(() => Read(string.Format(nest, 100_000))).Message.ShouldContain("128 levels");
    }

    [Test]
    public void ToManaged_SharedObjects_AreCopiedOnce()
    {
        object? read = Read("value = ['x']\nfor _ in range(100): value = [value, value]");

        List<object?> list = read.ShouldBeOfType<List<object?>>();
        list[0].ShouldBeSameAs(list[1]);
    }

    [TestCase("value = 'a' * 600", 1_000)]
    [TestCase("value = b'a' * 1_001", 1_000)]
    [TestCase("value = ['a' * 100] * 100", 10_000)]
    [TestCase("value = {'a' * 600: 1}", 1_000)]
    [TestCase("value = [None] * 1_000", 10_000)]
    public void ToManaged_LargerThanTheLimit_IsRefused(string code, long limit)
    {
        Should.Throw<ValueTooLargeException>(() => Read(code, limit)).Message.ShouldContain($"{limit:N0} bytes");
        Read(code, limit * 10).ShouldNotBeNull();
    }

    [Test]
    public void ToPython_NumberOfEndlessDigits_IsRefused() =>
        Should.Throw<RlmException>(() => RoundTrip(JsonDocument.Parse(new string('9', 5_000)).RootElement)).Message.ShouldContain("5,000 characters");

    [Test]
    public void ToPython_SharedObjects_AreCopiedOnce()
    {
        List<object?> value = ["x"];
        for (int i = 0; i < 100; i++)
        {
            value = [value, value];
        }

        OnPython.Run(() =>
        {
            using Owned list = new(PyValues.ToPython(value));
            return PyList_GetItem(list.Pointer, 0) == PyList_GetItem(list.Pointer, 1);
        }).ShouldBeTrue();
    }

    [Test]
    public void ToPython_Circle_IsRefused()
    {
        List<object?> list = [];
        list.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["up"] = list });

        Should.Throw<RlmException>(() => RoundTrip(list)).Message.ShouldContain("contains itself");
    }

    [Test]
    public void ToPython_TooDeep_IsRefused()
    {
        List<object?> list = [];
        for (int i = 0; i < PyValues.MaxDepth; i++)
        {
            list = [list];
        }

        Should.Throw<RlmException>(() => RoundTrip(list)).Message.ShouldContain("128 levels");
    }

    [Test]
    public void ToPython_NoCounterpart_IsRefusedByName()
    {
        Should.Throw<RlmException>(() => RoundTrip(new object[] { 1, Version.Parse("1.2") })).Message.ShouldContain("System.Version");
        Should.Throw<RlmException>(() => RoundTrip(1.5m)).Message.ShouldContain("System.Decimal");
        Should.Throw<RlmException>(() => RoundTrip(new Dictionary<int, string> { [1] = "a" })).Message.ShouldContain("System.Int32");
    }

    [Test]
    public void ToPython_EveryNumberType_IsExact()
    {
        RoundTrip(sbyte.MinValue).ShouldBe(-128L);
        RoundTrip(byte.MaxValue).ShouldBe(255L);
        RoundTrip(short.MinValue).ShouldBe(-32768L);
        RoundTrip(ushort.MaxValue).ShouldBe(65535L);
        RoundTrip(int.MinValue).ShouldBe((long)int.MinValue);
        RoundTrip(uint.MaxValue).ShouldBe((long)uint.MaxValue);
        RoundTrip((nint)(-7)).ShouldBe(-7L);
        RoundTrip((nuint)7).ShouldBe(7L);
        RoundTrip(long.MinValue).ShouldBe(long.MinValue);
        RoundTrip(ulong.MaxValue).ShouldBe(new BigInteger(ulong.MaxValue));
        RoundTrip(Int128.MinValue).ShouldBe((BigInteger)Int128.MinValue);
        RoundTrip(UInt128.MaxValue).ShouldBe((BigInteger)UInt128.MaxValue);
        RoundTrip(0.1f).ShouldBe((double)0.1f);
        RoundTrip((Half)0.5).ShouldBe(0.5);
        RoundTrip('\ud800').ShouldBe("\ud800");
    }

    [Test]
    public void ToPython_BytesAndDictionaries_AreExact()
    {
        RoundTrip(Array.Empty<byte>()).ShouldBe(Array.Empty<byte>());
        RoundTrip(new ReadOnlyMemory<byte>([0, 1, 255])).ShouldBe(new byte[] { 0, 1, 255 });
        RoundTrip(new Dictionary<string, int> { ["a"] = 1 }).ShouldBeOfType<Dictionary<string, object?>>()["a"].ShouldBe(1L);
        RoundTrip(new SortedDictionary<string, string> { ["a"] = "b" }).ShouldBeOfType<Dictionary<string, object?>>()["a"].ShouldBe("b");
        RoundTrip(Enumerable.Range(0, 3).Select(i => i * i)).ShouldBeOfType<List<object?>>().ShouldBe([0L, 1L, 4L]);
    }

    [Test]
    public void ToPython_Json_IsItsValue()
    {
        using JsonDocument json = JsonDocument.Parse("""{"a": [1, 2.5, 1e2, "x\u20ac", true, null, 123456789012345678901234567890], "b": {}}""");

        Dictionary<string, object?> read = RoundTrip(json.RootElement).ShouldBeOfType<Dictionary<string, object?>>();

        read["a"].ShouldBeOfType<List<object?>>().ShouldBe([1L, 2.5, 100.0, "x\u20ac", true, null, BigInteger.Parse("123456789012345678901234567890")]);
        read["b"].ShouldBeOfType<Dictionary<string, object?>>().ShouldBeEmpty();
    }

    [Test]
    public void RoundTrip_AnyInteger_IsExact() =>
        Prop.ForAll(
            Gen.Choose(0, 255).ArrayOf().Select(bytes => new BigInteger([.. bytes.Select(b => (byte)b)])).ToArbitrary(),
            number => Equals(RoundTrip(number), number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void RoundTrip_AnyDouble_KeepsItsBits() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<ulong>(),
            bits => BitConverter.DoubleToUInt64Bits((double)RoundTrip(BitConverter.UInt64BitsToDouble(bits))!) == bits)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void RoundTrip_AnyTree_IsEqual() =>
        Prop.ForAll(Tree(4).ToArbitrary(), value => Same(value, RoundTrip(value))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static Gen<object?> Tree(int depth) => depth == 0
        ? s_leaf
        : Gen.Frequency(
            (3, s_leaf),
            (1, Tree(depth - 1).ListOf().Resize(6).Select(items => (object?)new List<object?>(items))),
            (1, AnyText.Strings().Generator.Zip(Tree(depth - 1)).ListOf().Resize(6)
                .Select(items => (object?)items.DistinctBy(item => item.Item1).ToDictionary(item => item.Item1, item => item.Item2))));

    private static bool Same(object? left, object? right) => (left, right) switch
    {
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second)),
        (Dictionary<string, object?> a, Dictionary<string, object?> b) =>
            a.Keys.SequenceEqual(b.Keys) && a.All(item => Same(item.Value, b[item.Key])),
        _ => Equals(left, right),
    };

    private static object? Read(string code, long limit = long.MaxValue) => OnPython.Run(() =>
    {
        using Owned value = new(OnPython.Evaluate(code));
        return PyValues.ToManaged(value.Pointer, limit);
    });

    private static object? RoundTrip(object? value) => OnPython.Run(() =>
    {
        using Owned there = new(PyValues.ToPython(value));
        return PyValues.ToManaged(there.Pointer);
    });
}
