using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>
/// Good replies, changed in ways that change nothing: what they say comes through, and what stands in reasoning or in an
/// example is neither run nor taken, wherever the reply is cut.
/// </summary>
[TestFixture]
internal sealed class MutatedReplyTests
{
    private static IEnumerable<TestCaseData> Mutations => ReplyMutation.All.Select(mutation => new TestCaseData(mutation).SetArgDisplayNames(mutation.Name));

    [TestCaseSource(nameof(Mutations))]
    public void Parse_OneMutation_SaysTheSame(object mutation)
    {
        foreach (var reply in GoodReply.All)
        {
            Check(reply, ((ReplyMutation)mutation).Apply(reply.Text));
        }
    }

    [Test]
    public void Parse_TwoMutations_SayTheSame()
    {
        var random = new Random(9);
        GoodReply[] replies = [.. GoodReply.All];
        for (var i = 0; i < 4_000; i++)
        {
            var reply = replies[random.Next(replies.Length)];
            var (inner, outer) = (Any(random), Any(random));
            (inner, outer) = inner.BeginsReply ? (outer, inner) : (inner, outer);
            if (!inner.BeginsReply)
            {
                Check(reply, outer.Apply(inner.Apply(reply.Text)), $"{inner.Name}, {outer.Name}\n");
            }
        }
    }

    [TestCaseSource(nameof(Mutations))]
    public void Parse_CutAnywhere_TakesNoDecoyAndSaysThatItIsCut(object mutation)
    {
        var change = (ReplyMutation)mutation;
        GoodReply[] replies = [.. GoodReply.All];
        for (var i = change.Name.Length % 3; change.MayBeCut && i < replies.Length; i += 3)
        {
            var text = change.Apply(replies[i].Text);
            for (var length = 0; length < text.Length; length++)
            {
                CheckCut(replies[i], text[..length]);
            }
        }
    }

    private static ReplyMutation Any(Random random) => ReplyMutation.All[random.Next(ReplyMutation.All.Count)];

    private static void Check(GoodReply reply, string text, string names = "")
    {
        var parsed = ResponseParser.Parse(text);

        parsed.Blocks.Select(Plain).ShouldBe(reply.Blocks.Select(Plain), names + text);
        (parsed.Final is { } final ? Plain(final.Argument) : null).ShouldBe(reply.Final is null ? null : Plain(reply.Final), names + text);
    }

    private static void CheckCut(GoodReply reply, string text)
    {
        var parsed = ResponseParser.Parse(text);

        parsed.Final?.Argument.ShouldNotContain(ReplyMutation.Decoy, customMessage: text);
        if (parsed.Final is { } final && !parsed.IsCut)
        {
            Plain(final.Argument).ShouldBe(reply.Final is null ? null : Plain(reply.Final), text);
        }

        parsed.Blocks.Count.ShouldBeLessThanOrEqualTo(reply.Blocks.Length, text);
        for (var i = 0; i < parsed.Blocks.Count; i++)
        {
            parsed.Blocks[i].ShouldNotContain(ReplyMutation.Decoy, customMessage: text);
            if (i < parsed.Blocks.Count - 1 || !parsed.IsLastBlockCut)
            {
                Plain(parsed.Blocks[i]).ShouldBe(Plain(reply.Blocks[i]), text);
            }
        }
    }

    // Indentation inside of strings and white space at the ends of lines are what the layouts change.
    private static string Plain(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())).Trim();
}
