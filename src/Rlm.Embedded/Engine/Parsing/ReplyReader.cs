namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads what a reply says, in one pass: a FINAL, a block and a tool call each end where they end, whatever is in them.</summary>
internal sealed class ReplyReader(string text)
{
    private static readonly System.Buffers.SearchValues<char> Ticks = System.Buffers.SearchValues.Create(" \t\r\n`~");
    private readonly FinalReader _finals = new(text);
    private readonly List<string> _blocks = new(2);
    private readonly InlineCode _inline = new(text);
    private readonly Lookahead _lookahead = new(text.Length);
    private readonly HashSet<string> _unclosedTags = [];
    private int _toolCall = -1; // where the next one begins, or the end

    public IReadOnlyList<string> Blocks => _blocks;

    public ProseFinal? Final { get; private set; }

    public string? Draft { get; private set; }

    public ReplyFault Fault { get; private set; }

    public bool IsCut { get; private set; }

    public bool IsLastBlockCut { get; private set; }

    public void Read()
    {
        var lines = new LineReader(text);
        while (lines.Read())
        {
            lines.Seek(ReadFinal(lines) ?? ReadFence(lines) ?? ReadToolCall(lines) ?? ReadProse(lines));
        }

        if (_blocks.Count == 0 && Final is null && ToolCallText.ReadWhole(WithoutFence(text)) is { } codes)
        {
            Note(codes.Count == 0 ? ReplyFault.ToolCall : ReplyFault.None);
            foreach (var code in codes)
            {
                Run(code, isClosed: true);
            }
        }
    }

    private int? ReadFinal(LineReader lines)
    {
        if (_finals.Read(lines.Start, lines.End) is not { } read)
        {
            return null;
        }

        Note(read.Fault);
        if (read.Fault == ReplyFault.FinalInSentence)
        {
            return Math.Max(lines.Next, read.Next); // what stands in its parentheses is still text
        }

        Final = read.Final ?? Final;
        if (read.Fault == ReplyFault.UnclosedFinal && FinalStart.Read(text, lines.Start, lines.End) is { IsVariable: false } start)
        {
            Draft = FinalArgument.OfText(text[(start.Open + 1)..read.Next], isVariable: false)?.Argument;
        }

        IsCut |= !read.IsBalanced && text.AsSpan(read.Next).IsWhiteSpace();
        return read.Next;
    }

    private int? ReadFence(LineReader lines)
    {
        if (!Fence.TryRead(lines.Line, out var fence))
        {
            return null;
        }

        var start = fence.CodeAt >= 0 ? lines.Start + fence.CodeAt : lines.Next;
        var span = fence.Language == FenceLanguage.Python ? PythonBlock.FindEnd(text, start, fence, _lookahead) : PlainBlock.FindEnd(text, start, fence, _lookahead);
        IsCut |= !span.IsClosed;
        if (fence.Language == FenceLanguage.Other || span.IsExample)
        {
            NoteFinalIn(text.AsSpan(start, span.End - start));
            return span.Next;
        }

        var code = Dedent.Apply(text, start, span.End, fence.CodeAt >= 0 ? 0 : fence.Indent);
        if (fence.Language == FenceLanguage.Python || PythonShape.Matches(code))
        {
            Run(code, span.IsClosed);
        }
        else if (new FinalReader(code).Read(0, LineLength(code)) is { Fault: ReplyFault.None } read && code.AsSpan(read.Next).IsWhiteSpace())
        {
            Final = read.Final; // a bare fence around nothing but a FINAL that is no Python
        }
        else
        {
            NoteFinalIn(code);
        }

        return span.Next;
    }

    private int? ReadToolCall(LineReader lines)
    {
        if (_toolCall < lines.Start)
        {
            var found = ToolCallForm.Find(text.AsSpan(lines.Start));
            _toolCall = found < 0 ? text.Length : lines.Start + found;
        }

        var at = lines.Start + Fence.IndentOf(lines.Line);
        var isHead = at < lines.End && text[at] == '<';
        if (_toolCall < lines.End)
        {
            at = _toolCall;
        }
        else if (!isHead)
        {
            return null;
        }

        if (InlineCode.IsQuoted(text, at, 1) || _inline.Holds(lines.Start, lines.End, at) || ToolCallText.Read(text, at) is not { } call)
        {
            return ReadWrapper(lines, at);
        }

        IsCut |= !call.IsClosed;
        if (call.Codes is null)
        {
            Note(ReplyFault.ToolCall);
        }

        foreach (var code in call.Codes ?? [])
        {
            Run(code, isClosed: true);
        }

        return call.Next;
    }

    // <execute>...</execute>: models that were trained to act in code write it so.
    private int? ReadWrapper(LineReader lines, int at)
    {
        if (CodeTag.TryRead(text, at, out var start) is not { } tag || _unclosedTags.Contains(tag) || _lookahead.IsSpent)
        {
            return null;
        }

        var close = "</" + tag + ">";
        var length = text.AsSpan(start).IndexOf(close, StringComparison.OrdinalIgnoreCase);
        if (length < 0)
        {
            _unclosedTags.Add(tag);
            return null;
        }

        var code = Dedent.Apply(text, start, start + length, 0);
        if (Fence.TryRead(code.AsSpan(0, LineLength(code)), out _) || (CodeTag.IsVague(tag) && !PythonShape.Matches(code)))
        {
            _lookahead.Spend(start, start + length);
            return null;
        }

        Run(code, isClosed: true);
        return start + length + close.Length;
    }

    private int ReadProse(LineReader lines)
    {
        var line = lines.Line;
        var behind = Fence.FindBehindProse(line);
        var prose = behind > 0 ? line[..behind] : line;
        if (prose.Contains("FINAL(", StringComparison.Ordinal) || prose.Contains("FINAL_VAR(", StringComparison.Ordinal))
        {
            Note(ReplyFault.FinalInSentence);
        }
        else if (prose.Contains("\\boxed{", StringComparison.Ordinal))
        {
            Note(ReplyFault.Boxed);
        }

        return behind > 0 ? lines.Start + behind : lines.Next;
    }

    private void Run(string code, bool isClosed)
    {
        if (code.AsSpan().ContainsAnyExcept(Ticks)) // not the beginning of a fence that was cut off
        {
            _blocks.Add(code);
            IsLastBlockCut = !isClosed;
        }
    }

    private void NoteFinalIn(ReadOnlySpan<char> block)
    {
        if (block.Contains("FINAL(", StringComparison.Ordinal) || block.Contains("FINAL_VAR(", StringComparison.Ordinal))
        {
            Note(ReplyFault.FinalInFence);
        }
    }

    private void Note(ReplyFault fault) =>
        Fault = Fault == ReplyFault.None || (fault != ReplyFault.None && fault < Fault) ? fault : Fault;

    // A reply that is one fence of JSON.
    private static ReadOnlySpan<char> WithoutFence(string text)
    {
        var reply = text.AsSpan().Trim();
        if (!reply.StartsWith("```", StringComparison.Ordinal) || !reply.EndsWith("```", StringComparison.Ordinal) || reply.IndexOf('\n') is not (> 0 and var line))
        {
            return reply;
        }

        return reply[line..].TrimEnd('`');
    }

    private static int LineLength(string code) => code.IndexOf('\n') is >= 0 and var end ? end : code.Length;
}
