using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.View;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>Has one question answered.</summary>
internal static class AskRun
{
    public static async Task<int> RunAsync(AskSettings settings, ChosenModel root, ChosenModel? sub, Terminal terminal, CancellationToken cancellationToken)
    {
        RlmContext context = await AskContext.ReadAsync(settings.Input, terminal, cancellationToken);
        RlmOptions options = new()
        {
            SubModel = sub?.Client,
            MaxTurns = settings.MaxSteps,
            MaxDepth = settings.MaxDepth,
            OpenRepl = async (session, token) => Noted(await EmbeddedRepl.OpenAsync(session, token), session.Context, context, terminal),
        };
        RunView view = new(terminal, settings.Verbose);
        view.Line($"model: {root.Label}");

        await using RecursiveLanguageModel rlm = new(root.Client, options);
        RlmResult result = settings.Verbose || terminal.ErrorIsTerminal
            ? await view.WatchAsync(rlm.StreamAsync(context, settings.Task, cancellationToken), cancellationToken)
            : await rlm.CompleteAsync(context, settings.Task, cancellationToken);
        if (settings.Json)
        {
            AskJson.Write(terminal, result, root.Label);
        }
        else if (result.Text.Length > 0)
        {
            terminal.Out.WriteLine(terminal.OutIsTerminal ? Terminal.Clean(result.Text) : result.Text);
        }

        return Judge(result, settings, terminal);
    }

    private static EmbeddedRepl Noted(EmbeddedRepl repl, RlmContext opened, RlmContext context, Terminal terminal)
    {
        if (ReferenceEquals(opened, context) && repl.Context.Note is { } note)
        {
            terminal.Say(note);
        }

        return repl;
    }

    private static int Judge(RlmResult result, AskSettings settings, Terminal terminal)
    {
        switch (result.StopReason)
        {
            case StopReason.FinalAnswer when string.IsNullOrWhiteSpace(result.Text):
                terminal.Say("the model's answer is empty. Put the task in other words, or use another --model.");
                return ExitCode.NoAnswer;
            case StopReason.FinalAnswer:
                return ExitCode.Done;
            case StopReason.Turns:
                terminal.Say($"the {settings.MaxSteps} steps are used up; {Best(result)} Allow more with --max-steps.");
                return ExitCode.LimitReached;
            case StopReason.ReplLost:
                terminal.Say($"a cell could not be interrupted and its session was lost; {Best(result)}");
                return ExitCode.LimitReached;
            default:
                terminal.Say($"a limit ended the run ({result.StopReason}); {Best(result)}");
                return ExitCode.LimitReached;
        }
    }

    private static string Best(RlmResult result) => string.IsNullOrWhiteSpace(result.Text) ? "there is no answer." : "this is the best answer there is.";
}
