namespace Rlm.Embedded.View;

/// <summary>Shows runs as plain lines, those of children further in.</summary>
internal sealed class LineView(TextWriter writer) : RunView
{
    /// <inheritdoc/>
    protected override void Show(RlmEvent happened, string run)
    {
        var indent = run + new string(' ', happened.Depth * 2);
        switch (happened)
        {
            case RlmEvent.RunStarted started:
                writer.WriteLine($"{indent}run with {ShownText.Clean(started.Model)}: {ShownText.FirstLine(started.Question, 200)}");
                break;
            case RlmEvent.ContextLoaded loaded:
                writer.WriteLine($"{indent}{RunWords.Of(loaded)}");
                break;
            case RlmEvent.TurnStarted turn:
                writer.WriteLine($"{indent}{RunWords.Of(turn)}");
                break;
            case RlmEvent.Compacted compacted:
                writer.WriteLine($"{indent}  {RunWords.Of(compacted.Compaction)}");
                break;
            case RlmEvent.Replied reply:
                Block(indent, reply.Text);
                break;
            case RlmEvent.CellEnded cell:
                writer.WriteLine($"{indent}  cell {cell.Cell}: {RunWords.Of(cell.Result)}");
                Block(indent, cell.Result.Stdout);
                Block(indent, cell.Result.Stderr + cell.Result.Error?.Traceback);
                break;
            case RlmEvent.SubCallEnded call:
                writer.WriteLine($"{indent}  {RunWords.Of(call.SubCall)}");
                break;
            case RlmEvent.RunEnded { Depth: 0 } ended:
                writer.WriteLine($"{indent}answer:");
                Block(indent, ended.Failure is { } failure ? $"{failure.GetType().Name}: {failure.Message}" : ended.Result.ToString());
                writer.WriteLine($"{indent}{RunWords.Of(ended.Result)}");
                break;
            default:
                return;
        }

        writer.Flush();
    }

    private void Block(string indent, string text)
    {
        foreach (var line in ShownText.Lines(text))
        {
            writer.WriteLine($"{indent}  | {line}".TrimEnd());
        }
    }
}
