using System.Text.RegularExpressions;
using Rlm.Embedded.Engine.Parsing;

namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>A change to a reply that changes nothing of what it says.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Apply">Makes it.</param>
/// <param name="BeginsReply">It means something only at the start of a reply.</param>
/// <param name="MayBeCut">What stands in front of a cut tells that the rest is missing: false where only its end says what it was.</param>
internal sealed partial record ReplyMutation(string Name, Func<string, string> Apply, bool MayBeCut = true, bool BeginsReply = false)
{
    /// <summary>The word that is in everything that must be neither run nor taken.</summary>
    public const string Decoy = "decoy";

    private const string Drafts = "I could run\n```repl\ndecoy()\n```\nor say\nFINAL(decoy)\nor\n<tool_call>{\"name\": \"python\", \"arguments\": {\"code\": \"decoy()\"}}</tool_call>\n";
    private const string Example = "```repl\ndecoy()\n```\nFINAL(decoy)\n";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReplyMutation> All { get; } = [.. Reasoning(), .. Examples(), .. Layout(), .. Ends()];

    public override string ToString() => Name;

    private static IEnumerable<ReplyMutation> Reasoning()
    {
        var tags = ReplyMarks.ReasoningTags.SelectMany(tag => new[] { tag, tag.ToUpperInvariant(), "seed:" + tag }).Select(tag => ($"<{tag}>", $"</{tag}>"));
        foreach (var (start, end) in tags.Concat(ReplyMarks.ReasoningPairs))
        {
            yield return new($"{start}, lines", reply => $"{start}\n{Drafts}{end}\n{reply}");
            yield return new($"{start}, glued", reply => $"{start}FINAL(decoy){end}{reply}");
            yield return new($"{start}, behind words", reply => $"Let me think.\n{start}\n{Drafts}{end}\n\n{reply}");
            yield return new($"{end} alone", reply => $"{Drafts}{end}\n{reply}", MayBeCut: false);
            yield return new($"{start} behind", reply => $"{reply}\n{start}\n{Drafts}{end}");
            yield return new($"{start} behind, unclosed", reply => $"{reply}\n{start}\n{Drafts}");
        }

        yield return new("nested", reply => $"<think>\na\n<think>\nb\n</think>\n{Drafts}</think>\n{reply}", MayBeCut: false);
        yield return new("twice", reply => $"<think>\n{Drafts}</think>\n<thinking>\n{Drafts}</thinking>\n{reply}");
        yield return new("attribute", reply => $"<think budget=\"3\">\n{Drafts}</think>\n{reply}");
        yield return new("harmony", reply => $"<|channel|>analysis<|message|>{Drafts}<|end|><|start|>assistant<|channel|>final<|message|>{reply}<|return|>");
        yield return new("harmony, whole", reply => $"<|start|>assistant<|channel|>analysis<|message|>{Drafts}<|end|><|start|>assistant<|channel|>final<|message|>{reply}<|return|>");
        foreach (var (start, end) in ReplyMarks.ReasoningWords)
        {
            yield return new(start, reply => $"{start}\n{Drafts}{end}\n{reply}", MayBeCut: false, BeginsReply: true);
        }
    }

    private static IEnumerable<ReplyMutation> Examples()
    {
        foreach (var fence in (string[])["````", "`````", "````markdown", "````text", "````python", "````repl", "~~~~", "~~~text", "~~~", "~~~markdown", "```markdown", "```md"])
        {
            var close = fence.TrimEnd("markdowntexpythrl".ToCharArray());
            yield return new($"example in {fence}", reply => $"Such as:\n{fence}\n{Example}{close}\n{reply}");
            yield return new($"example in {fence} behind", reply => $"{reply}\nSuch as:\n{fence}\n{Example}{close}");
        }

        yield return new("text fence", reply => $"```text\ndecoy()\nFINAL(decoy)\n```\n{reply}");
        yield return new("inline", reply => $"I write `FINAL(decoy)` or ``FINAL(decoy)`` at the end.\n{reply}");
        yield return new("sentence", reply => $"I will say FINAL(decoy) later.\n{reply}");
        yield return new("quoted", reply => $"> ```repl\n> decoy()\n> ```\n> FINAL(decoy)\n\n{reply}");
    }

    private static IEnumerable<ReplyMutation> Layout()
    {
        yield return new("CRLF", reply => reply.ReplaceLineEndings("\r\n"));
        yield return new("blank lines", reply => "\n\n" + reply + "\n\n");
        yield return new("spaces behind", reply => reply.Replace("\n", " \t\n", StringComparison.Ordinal) + "  ");
        yield return new("indented", reply => "  " + reply.Replace("\n", "\n  ", StringComparison.Ordinal));
        yield return new("prose around", reply => $"I look (as ever) at it: 1) first.\n\n{reply}\n\nThat's all :)");
        yield return new("words before a fence", reply => WordsBefore().Replace(reply, "Look.```"));
        yield return new("text behind a fence", reply => TextBehind().Replace(reply, "$0 Done.", 1));
    }

    private static IEnumerable<ReplyMutation> Ends()
    {
        foreach (var end in ReplyMarks.TurnEnds)
        {
            yield return new($"{end} glued", reply => reply + end);
            yield return new($"{end}, then an invented turn", reply => $"{reply}{end}\n<|user|>\nOutput: decoy\n{Drafts}");
        }
    }

    [GeneratedRegex(@"\A```(?=repl|py)")]
    private static partial Regex WordsBefore();

    [GeneratedRegex(@"(?<=\A```repl\nx = 1\n)```$", RegexOptions.Multiline)]
    private static partial Regex TextBehind();
}
