using System.Buffers;
using System.Collections.Frozen;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>All marks that are known, in one place: tags around reasoning, and the special tokens of chat templates.</summary>
internal static class ReplyMarks
{
    /// <summary>HTML's tag: where it is, <c>&lt;/s&gt;</c> is its end and no mark.</summary>
    public const string StruckThrough = "<s>";

    private const int LongestTag = 200;

    /// <summary>Tags around reasoning, in any case, with or without attributes. A prefix such as <c>seed:</c> does not matter.</summary>
    internal static readonly string[] ReasoningTags =
    [
        "think", "thinking", "thought", "thoughts", "thought_process", "reasoning", "reflection", "scratchpad", "inner_monologue", "chain_of_thought", "longcat_think",
        "cot_budget_reflect",
    ];

    /// <summary>Pairs of special tokens around reasoning.</summary>
    internal static readonly (string Start, string End)[] ReasoningPairs =
    [
        ("[THINK]", "[/THINK]"), ("[REASONING]", "[/REASONING]"), ("◁think▷", "◁/think▷"), ("<|begin_of_thought|>", "<|end_of_thought|>"),
        ("<|START_THINKING|>", "<|END_THINKING|>"), ("<|inner_prefix|>", "<|inner_suffix|>"), ("<unused94>", "<unused95>"), ("<|channel>", "<channel|>"),
        ("<|think|>", "<|/think|>"), ("<|thinking|>", "<|/thinking|>"), ("<｜think｜>", "<｜/think｜>"),
    ];

    /// <summary>Words that begin a reply of reasoning whose marks a server took away, and those that end it.</summary>
    internal static readonly (string Start, string End)[] ReasoningWords =
    [
        ("analysis", "assistantfinal"), ("Here is my thought process:", "Here is my response:"), ("Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"),
    ];

    internal static readonly string[] TurnEnds =
    [
        "</s>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|EOT|>", "<|end|>", "<|return|>", "<|call|>", "<|endoftext|>", "<|end_of_text|>", "<|end_of_turn|>",
        "<end_of_turn>", "<turn|>", "<eos>", "<|eos|>", "<｜end▁of▁sentence｜>", "<|end▁of▁sentence|>", "<|end_of_sentence|>", "<|END_OF_TURN_TOKEN|>", "<|assistant_end|>",
        "<seed:eos>", "[EOS]", "[|endofturn|]", "<|role_end|>", "[e~[", "<end_of_utterance>",
    ];

    private static readonly string[] Neutrals =
    [
        "<|assistant|>", "<｜Assistant｜>", "<|assistant_start|>", "[|assistant|]", "<|CHATBOT_TOKEN|>", "<|START_OF_TURN_TOKEN|>", "[/INST]", "<role>ASSISTANT</role>",
        "<|begin_of_solution|>", "<|end_of_solution|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>", "<|answer_prefix|>", "<|answer_suffix|>",
        "<|begin_of_box|>", "<|end_of_box|>", "[END FINAL RESPONSE]", "<|content|>", "<bos>", "<|begin_of_text|>", "<｜begin▁of▁sentence｜>", "<|im_middle|>", "<|im_sep|>",
        "<|end_header_id|>", "<|header_end|>",
    ];

    private static readonly string[] TurnStarts =
        ["<|im_start|>", "<|start_header_id|>", "<|header_start|>", "<start_of_turn>", "<|turn>", "<|im_assistant|>", "<seed:bos>", "<|start|>", "<|begin|>"];

    private static readonly string[] OtherTurns =
    [
        "<|user|>", "<|system|>", "<|observation|>", "<｜User｜>", "<|user_start|>", "<|system_start|>", "[|user|]", "[|system|]", "<|USER_TOKEN|>", "<|SYSTEM_TOKEN|>", "[INST]",
        "<role>HUMAN</role>", "<|im_user|>", "<|im_system|>", "[TOOL_RESULTS]", "<tool_response>", "<|tool_response|>", "<tool_result>", "<function_results>", "<function_response>",
        "<|tool_outputs_begin|>", "<｜tool▁outputs▁begin｜>", "<|START_TOOL_RESULT|>", "<start_function_response>", "<|tool_response>",
    ];

    private static readonly FrozenDictionary<string, ReplyMark>.AlternateLookup<ReadOnlySpan<char>> Exact = Marks().GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Tags =
        ReasoningTags.ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    // Short pieces, so that a text without marks is left at the speed of a search.
    private static readonly SearchValues<string> Traces = SearchValues.Create(
        [
            "<|", "|>", "<｜", "｜>", "think", "thought", "reasoning", "reflect", "scratchpad", "monologue", "◁", "</s>", "_turn>", "eos>", "bos>", "<unused9", "[INST", "INST]", "[|", "<role>",
            "[EOS]", "[e~[", "of_utterance>", "FINAL RESPONSE", "tool_res", "TOOL_RES", "function_res", "assistantfinal",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Every mark of the tables as it is written.</summary>
    internal static IEnumerable<(string Text, MarkKind Kind)> All => Marks().Select(mark => (mark.Key, mark.Value.Kind));

    /// <summary>Whether there may be a mark in a text.</summary>
    public static bool MayBeIn(ReadOnlySpan<char> text) => text.ContainsAny(Traces);

    /// <summary>Reads the mark at a position.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int at, out ReplyMark mark)
    {
        mark = default;
        var rest = text[at..Math.Min(text.Length, at + LongestTag)];
        var end = rest[0] switch
        {
            '<' => rest.IndexOf('>'),
            '[' => rest.Length > 1 && rest[1] == 'e' ? 3 : rest.IndexOf(']'),
            '◁' => rest.IndexOf('▷'),
            _ => -1,
        };
        if (end < 0 || end >= rest.Length)
        {
            return false;
        }

        return Exact.TryGetValue(rest[..(end + 1)], out mark) || (rest[0] == '<' && (TryReadTag(rest[..(end + 1)], out mark) || TryReadRole(rest, out mark)));
    }

    /// <summary>Whether the mark is a tag that a prompt may ask for by name, and not one that models are trained to think in.</summary>
    public static bool MayBeAsked(ReplyMark mark) =>
        mark.Name.Length > 0 && char.IsAsciiLetter(mark.Name[0]) && mark.Name is not ("think" or "thinking" or "longcat_think" or "cot_budget_reflect");

    /// <summary>Whether a line inside of a block begins with a mark that ends whatever the block is in.</summary>
    public static bool EndsBlock(ReadOnlySpan<char> line)
    {
        var at = Fence.IndentOf(line);
        return at < line.Length && (line[at] is '<' or '◁' || line[at..].StartsWith("[/", StringComparison.Ordinal))
            && TryRead(line, at, out var mark) && mark.Kind is MarkKind.ReasoningEnd or MarkKind.TurnEnd;
    }

    /// <summary>Whether a text is the beginning of a mark at which a turn ends: all that came of it.</summary>
    public static bool IsCutEnd(ReadOnlySpan<char> rest)
    {
        foreach (var end in TurnEnds)
        {
            if (end.AsSpan().StartsWith(rest, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The length of a text without the ends of turns that it ends with.</summary>
    public static int LengthWithoutEnd(string text)
    {
        var length = text.AsSpan().TrimEnd().Length;
        var isHtml = text.Contains(StruckThrough, StringComparison.Ordinal);
        while (length > 0 && text[length - 1] is '>' or ']' or '[')
        {
            var before = length;
            foreach (var end in TurnEnds)
            {
                if (text.AsSpan(0, length).EndsWith(end, StringComparison.Ordinal) && !(isHtml && end == "</s>"))
                {
                    length = text.AsSpan(0, length - end.Length).TrimEnd().Length;
                }
            }

            if (length == before)
            {
                break;
            }
        }

        return length == text.AsSpan().TrimEnd().Length ? text.Length : length;
    }

    private static bool TryReadTag(ReadOnlySpan<char> tag, out ReplyMark mark)
    {
        mark = default;
        var inner = tag[1..^1].Trim();
        var isEnd = inner.Length > 0 && inner[0] == '/';
        inner = isEnd ? inner[1..].TrimStart() : inner;
        var length = inner.IndexOfAny(" \t\r\n/");
        var name = length < 0 ? inner : inner[..length];
        name = name[(name.IndexOf(':') + 1)..];
        var hasWords = length >= 0 && inner[length..].Trim() is not ("" or "/") && !inner.Contains('='); // "<think about it>"
        if (hasWords || !Tags.TryGetValue(name, out var known))
        {
            return false;
        }

        var isWhole = !isEnd && inner[^1] == '/'; // <think/>
        mark = new ReplyMark(isEnd ? MarkKind.ReasoningEnd : isWhole ? MarkKind.Neutral : MarkKind.ReasoningStart, known, tag.Length);
        return true;
    }

    private static bool TryReadRole(ReadOnlySpan<char> text, out ReplyMark mark)
    {
        mark = default;
        if (!text.StartsWith("<role>", StringComparison.OrdinalIgnoreCase) || text.IndexOf("</role>") is not (> 0 and var end))
        {
            return false;
        }

        return Exact.TryGetValue(text[..(end + "</role>".Length)], out mark);
    }

    private static FrozenDictionary<string, ReplyMark> Marks()
    {
        var marks = new Dictionary<string, ReplyMark>(StringComparer.OrdinalIgnoreCase);
        foreach (var (start, end) in ReasoningPairs)
        {
            marks.Add(start, new ReplyMark(start == "<|channel>" ? MarkKind.Channel : MarkKind.ReasoningStart, start, start.Length));
            marks.Add(end, new ReplyMark(MarkKind.ReasoningEnd, start, end.Length));
        }

        marks.Add("[BEGIN FINAL RESPONSE]", new ReplyMark(MarkKind.ReasoningEnd, "", "[BEGIN FINAL RESPONSE]".Length));
        marks.Add("<|channel|>", new ReplyMark(MarkKind.Channel, "", "<|channel|>".Length));
        marks.Add("<|message|>", new ReplyMark(MarkKind.Message, "", "<|message|>".Length));
        Add(MarkKind.TurnEnd, TurnEnds);
        Add(MarkKind.Neutral, Neutrals);
        Add(MarkKind.TurnStart, TurnStarts);
        Add(MarkKind.OtherTurn, OtherTurns);
        return marks.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

        void Add(MarkKind kind, string[] texts)
        {
            foreach (var text in texts)
            {
                marks[text] = new ReplyMark(kind, "", text.Length);
            }
        }
    }
}
