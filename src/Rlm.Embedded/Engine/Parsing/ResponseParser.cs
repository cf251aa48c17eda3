using System.Text;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>
/// Reads a reply in one pass: thinking, Python blocks, a final answer in prose. Never throws; a block that the model
/// fenced as Python is never lost, however broken the fence.
/// </summary>
internal static class ResponseParser
{
    public static ParsedReply Parse(string? reply)
    {
        if (string.IsNullOrWhiteSpace(reply))
        {
            return new ParsedReply("", "", [], null) { Fault = ReplyFault.Empty };
        }

        var (visible, reasoning) = ThinkSplitter.Split(reply);
        var hasFence = visible.Contains("```", StringComparison.Ordinal) || visible.Contains("~~~", StringComparison.Ordinal);
        if (!hasFence)
        {
            return new ParsedReply(visible, reasoning, [], FinalScanner.Find(visible, null));
        }

        var blocks = new List<string>(2);
        StringBuilder? prose = visible.Contains("FINAL", StringComparison.Ordinal) ? new StringBuilder() : null;
        var isCut = ReadBlocks(visible, blocks, prose);
        var final = prose is null ? null : FinalScanner.Find(prose.ToString(), null);
        return new ParsedReply(visible, reasoning, blocks, final) { IsCut = isCut, IsLastBlockCut = isCut };
    }

    private static bool ReadBlocks(string text, List<string> blocks, StringBuilder? prose)
    {
        var lines = new LineReader(text);
        var isCut = false;
        while (lines.Read())
        {
            if (!Fence.TryRead(lines.Line, out var fence))
            {
                prose?.Append(lines.Line).Append('\n');
                continue;
            }

            var start = fence.CodeAt >= 0 ? lines.Start + fence.CodeAt : lines.Next;
            var span = fence.Language == FenceLanguage.Python
                ? PythonBlock.FindEnd(text, start, fence)
                : PlainBlock.FindEnd(text, start, fence);
            lines.Seek(span.Next);
            if (fence.Language == FenceLanguage.Other)
            {
                continue;
            }

            var code = Dedent.Apply(text, start, span.End, fence.CodeAt >= 0 ? 0 : fence.Indent);
            if (fence.Language == FenceLanguage.Python || PythonShape.Matches(code))
            {
                if (!string.IsNullOrWhiteSpace(code))
                {
                    blocks.Add(code);
                    isCut = !span.IsClosed;
                }
            }
            else
            {
                prose?.Append('\n').Append(code).Append('\n'); // a bare fence around a FINAL that is no Python
            }
        }

        return isCut;
    }
}
