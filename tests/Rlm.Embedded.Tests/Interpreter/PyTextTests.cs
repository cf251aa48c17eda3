using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Shouldly;

namespace Rlm.Embedded.Tests.Interpreter;

[Category("Interpreter")]
public sealed unsafe class PyTextTests
{
    [Test]
    public void ToManaged_EveryCodePoint_IsExact()
    {
        OnPython.Run(() =>
        {
            for (int plane = 0; plane <= 0x10; plane++)
            {
                string all = string.Concat(Enumerable.Range(plane << 16, 0x10000)
                    .Select(code => code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() + "-" : char.ConvertFromUtf32(code)));
                using Owned text = new(PyText.ToPython(all));
                (PyText.ToManaged(text.Pointer) == all).ShouldBeTrue($"plane {plane}");
            }
        });
    }

    [Test]
    public void ToManaged_AnyText_ComesBack() =>
        Prop.ForAll(AnyText.Strings(), text => OnPython.Run(() =>
        {
            using Owned there = new(PyText.ToPython(text));
            return PyText.ToManaged(there.Pointer) == text;
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void ToPython_AnyText_HasPythonsLength() =>
        Prop.ForAll(AnyText.Strings(), text => OnPython.Run(() =>
        {
            using Owned there = new(PyText.ToPython(text));
            return CApi.PyUnicode_GetLength(there.Pointer) == AnyText.CodePoints(text).Count;
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [TestCase("")]
    [TestCase("a")]
    [TestCase("caf\u00e9")]
    [TestCase("\u20ac")]
    [TestCase("\U0001F600")]
    public void TryView_EachWidth_IsKnown(string sample)
    {
        OnPython.Run(() =>
        {
            using Owned text = new(PyText.ToPython(sample));
            PyText.TryView(text.Pointer, out _, out int kind, out nint length).ShouldBeTrue();
            length.ShouldBe(AnyText.CodePoints(sample).Count);
            kind.ShouldBe(sample.Any(char.IsSurrogate) ? 4 : sample.Any(c => c > 0xFF) ? 2 : 1);
        });
    }

    [Test]
    public void ToManaged_InstanceOfSubclass_IsItsText()
    {
        string read = OnPython.Run(() =>
        {
            using Owned text = new(OnPython.Evaluate("class Sly(str):\n    def __str__(self): return 'other'\nvalue = Sly('kept \\u20ac')"));
            return PyText.ToManaged(text.Pointer);
        });

        read.ShouldBe("kept \u20ac");
    }
}
