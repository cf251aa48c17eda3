using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>What a person is told when a run is over, and the exit code.</summary>
internal static class AskEnd
{
    /// <summary>The answer goes to stdout, where the run was written to stderr.</summary>
    public static void Tell(RlmResult result, AskSettings settings, AskModels models, Terminal terminal)
    {
        TellTrajectory(result, terminal);
        if (settings.Json)
        {
            AskJson.Write(terminal, result, models.Root.Label);
        }
        else if (result.Text.Length > 0)
        {
            terminal.Out.WriteLine(terminal.OutIsTerminal ? Terminal.Clean(result.Text) : result.Text);
        }
    }

    /// <summary>What there is of a run that was interrupted or whose model failed, or null.</summary>
    public static RlmResult? PartOf(Exception exception) => exception switch
    {
        RlmCanceledException cancelled => cancelled.Partial,
        RlmModelException failed => failed.Partial,
        _ => null,
    };

    /// <summary>A run that did not end: what it was up to and what it used. Nothing that looks like an answer goes to stdout.</summary>
    public static void TellPart(RlmResult part, AskSettings settings, AskModels models, Terminal terminal)
    {
        TellTrajectory(part, terminal);
        terminal.Say($"until then: {Count(part.Turns, "turn")}, {Count(part.Usage.Calls, "call")}, {part.Usage.Tokens.Input:N0} tokens in, {part.Usage.Tokens.Output:N0} out.");
        if (settings.Json)
        {
            AskJson.Write(terminal, part, models.Root.Label);
        }
        else if (!string.IsNullOrWhiteSpace(part.Text))
        {
            terminal.Say($"the best there was: {Terminal.Clean(part.Text)}");
        }
    }

    /// <summary>Says what was no plain answer, and returns the exit code.</summary>
    public static int Judge(RlmResult result, AskSettings settings, Terminal terminal)
    {
        switch (result.StopReason)
        {
            case StopReason.FinalAnswer when string.IsNullOrWhiteSpace(result.Text):
                terminal.Say("the model's answer is empty. Put the task in other words, or use another --model.");
                return ExitCode.NoAnswer;
            case StopReason.FinalAnswer:
                return ExitCode.Done;
            case StopReason.Refused:
                terminal.Say("the model, or a filter of its provider, refused; its words are on stdout. Put the task in other words, or use another --model.");
                return ExitCode.NoAnswer;
            case StopReason.ReplyCut:
                terminal.Say("the reply met the limit of output tokens and broke off. Allow longer ones with --max-output-tokens.");
                return ExitCode.LimitReached;
            case StopReason.Turns when CutReplies(result) is var cut && cut * 2 > result.Trajectory.Count:
                terminal.Say($"{cut} of the {result.Trajectory.Count} replies met the limit of output tokens and broke off, until the {settings.MaxSteps} steps were used up; {Best(result)} Allow longer replies with --max-output-tokens.");
                return ExitCode.LimitReached;
            case StopReason.Turns:
                terminal.Say($"the {Count(settings.MaxSteps, "step")} {(settings.MaxSteps == 1 ? "is" : "are")} used up; {Best(result)} Allow more with --max-steps.");
                return ExitCode.LimitReached;
            case StopReason.ReplLost:
                terminal.Say($"a cell could not be interrupted and its session was lost; {Best(result)}");
                return ExitCode.LimitReached;
            default:
                terminal.Say(AskLimits.FlagOf(result.StopReason) is { } flag
                    ? $"what {flag} allows is used up; {Best(result)} Allow more with it."
                    : $"a limit ended the run ({result.StopReason}); {Best(result)}");
                return ExitCode.LimitReached;
        }
    }

    private static void TellTrajectory(RlmResult result, Terminal terminal)
    {
        if (result.TrajectoryFile is { } trajectory)
        {
            terminal.Say($"trajectory: {trajectory}");
        }
    }

    private static int CutReplies(RlmResult result) => result.Trajectory.Count(turn => turn.ReplyEnd == ReplyEnd.Cut);

    private static string Count(int number, string thing) => number == 1 ? $"1 {thing}" : $"{number:N0} {thing}s";

    private static string Best(RlmResult result) => string.IsNullOrWhiteSpace(result.Text) ? "there is no answer." : "this is the best answer there is.";
}
