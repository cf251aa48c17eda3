using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class OutputBufferTests
{
    [Test]
    public void ToString_UpToTheLimit_IsEverything()
    {
        OutputBuffer buffer = new(10);
        buffer.Append("01234");
        buffer.Append("56789");

        buffer.ToString().ShouldBe("0123456789");
        buffer.Written.ShouldBe(10);
    }

    [Test]
    public void ToString_OverTheLimit_IsHeadCountTail()
    {
        OutputBuffer buffer = new(10);
        buffer.Append("0123456789");
        buffer.Append("abcdefghijklmn");

        buffer.ToString().ShouldBe("01234\n... [14 characters left out; to see them print a slice, such as print(x[5:15])] ...\njklmn");
    }

    [Test]
    public void Clear_Used_IsEmpty()
    {
        OutputBuffer buffer = new(4);
        buffer.Append("0123456789");
        buffer.Clear();
        buffer.ToString().ShouldBe("");
        buffer.Append("xy");

        buffer.ToString().ShouldBe("xy");
        buffer.Written.ShouldBe(2);
    }

    [Test]
    public void ToString_AnyPieces_KeepsHeadAndTail() =>
        Prop.ForAll(
            Gen.Choose(1, 20).Select(half => half * 2).ToArbitrary(),
            Gen.Choose(0, 30).Select(length => new string('x', length)).ListOf().ToArbitrary(),
            (limit, pieces) =>
            {
                OutputBuffer buffer = new(limit);
                int next = 0;
                List<string> written = [];
                foreach (string piece in pieces)
                {
                    string text = string.Concat(piece.Select(_ => (char)('a' + (next++ % 26))));
                    written.Add(text);
                    buffer.Append(text);
                }

                string all = string.Concat(written);
                string expected = all.Length <= limit
                    ? all
                    : $"{all[..(limit / 2)]}\n... [{all.Length - limit:N0} characters left out; to see them print a slice, such as print(x[{limit / 2}:{(limit / 2) + Math.Min(limit, all.Length - limit)}])] ...\n{all[^(limit / 2)..]}";
                return buffer.ToString() == expected && buffer.Written == all.Length;
            })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
