using Rlm.Embedded.Repl;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rlm.Embedded.View;

/// <summary>Shows runs in frames as wide as the console; of children only what they come to.</summary>
internal sealed class PanelView(IAnsiConsole console) : RunView
{
    private static readonly Style s_dim = new(decoration: Decoration.Dim);
    private static readonly Style s_red = new(Color.Red);
    private static readonly Style s_green = new(Color.Green);
    private static readonly Style s_blue = new(Color.Blue);
    private static readonly Style s_bold = new(decoration: Decoration.Bold);

    /// <inheritdoc/>
    protected override void Show(RlmEvent happened, string run)
    {
        if (Of(happened, run) is { } shown)
        {
            console.Write(happened.Depth > 0 ? new Padder(shown, new Padding(happened.Depth * 2, 0, 0, 0)) : shown);
        }
    }

    private static IRenderable? Of(RlmEvent happened, string run) => happened switch
    {
        RlmEvent.RunStarted { Depth: 0 } started => Panel($"{run}run with {ShownText.Clean(started.Model)}", Words(started.Question, Style.Plain), s_bold),
        RlmEvent.RunStarted started => Line($"{run}child with {ShownText.Clean(started.Model)}", s_dim),
        RlmEvent.ContextLoaded loaded => Line(run + RunWords.Of(loaded), s_dim),
        RlmEvent.TurnStarted { Depth: 0 } turn => new Rule(Markup.Escape(run + RunWords.Of(turn))) { Justification = Justify.Left, Style = s_blue },
        RlmEvent.TurnStarted turn => Line(run + RunWords.Of(turn), s_dim),
        RlmEvent.Compacted compacted => Line(run + RunWords.Of(compacted.Compaction), s_dim),
        RlmEvent.Replied { Depth: 0 } reply when WithoutCode(reply.Text) is { Length: > 0 } said => Line(string.Join('\n', ShownText.Lines(said)), s_dim),
        RlmEvent.CellStarted { Depth: 0 } cell => Panel($"{run}cell {cell.Cell}", Words(cell.Code, s_blue), s_blue),
        RlmEvent.CellEnded { Depth: 0 } cell => Panel($"{run}cell {cell.Cell}: {RunWords.Of(cell.Result)}", Output(cell.Result), IsFine(cell.Result) ? s_green : s_red),
        RlmEvent.CellEnded cell => Line($"{run}cell {cell.Cell}: {RunWords.Of(cell.Result)}", IsFine(cell.Result) ? s_dim : s_red),
        RlmEvent.SubCallEnded call => Line(run + RunWords.Of(call.SubCall), call.SubCall.Error is null ? s_dim : s_red),
        RlmEvent.RunEnded { Depth: 0, Failure: { } failure } ended => new Rows(Panel($"{run}{failure.GetType().Name}", Words(failure.Message, s_red), s_red), Line(RunWords.Of(ended.Result), s_dim)),
        RlmEvent.RunEnded { Depth: 0 } ended => new Rows(Panel($"{run}answer", Words(ended.Result.ToString(), s_bold), s_green), Line(RunWords.Of(ended.Result), s_dim)),
        _ => null,
    };

    private static bool IsFine(CellResult result) => result.Error is null && result.Stopped == CellStop.None;

    private static IRenderable Output(CellResult result)
    {
        List<IRenderable> parts = [];
        if (!string.IsNullOrWhiteSpace(result.Stdout))
        {
            parts.Add(Words(result.Stdout, Style.Plain));
        }

        if (result.Stderr + result.Error?.Traceback is var errors && !string.IsNullOrWhiteSpace(errors))
        {
            parts.Add(Words(errors, s_red));
        }

        return parts.Count > 0 ? new Rows(parts) : new Text("(nothing printed)", s_dim);
    }

    /// <summary>What a reply says beside its fenced code, which has frames of its own.</summary>
    private static string WithoutCode(string reply)
    {
        var kept = new List<string>();
        var inCode = false;
        foreach (var line in reply.Split('\n'))
        {
            var isFence = line.AsSpan().TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (!isFence && !inCode)
            {
                kept.Add(line);
            }

            inCode ^= isFence;
        }

        return string.Join('\n', kept).Trim();
    }

    private static Panel Panel(string head, IRenderable content, Style border) =>
        new(content) { Header = new PanelHeader(Markup.Escape(head)), Border = BoxBorder.Rounded, BorderStyle = border, Expand = true };

    private static Text Words(string text, Style style) => new(string.Join('\n', ShownText.Lines(text)), style);

    private static Text Line(string text, Style style) => new(text + "\n", style);
}
