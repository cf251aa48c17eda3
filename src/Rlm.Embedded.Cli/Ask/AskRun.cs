using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Models;
using Rlm.Embedded.Cli.View;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>Has one question answered.</summary>
internal static class AskRun
{
    public static async Task<int> RunAsync(AskSettings settings, AskModels models, Terminal terminal, CancellationToken cancellationToken)
    {
        RlmContext context = await AskContext.ReadAsync(settings.Input, terminal, cancellationToken);
        RlmOptions options = new()
        {
            SubModel = models.Sub?.Client,
            MaxTurns = settings.MaxSteps,
            MaxDepth = settings.MaxDepth,
            TrajectoryFolder = settings.Log,
            ContextWindow = settings.Windows.Root ?? Window(models.Root),
            SubContextWindow = settings.Windows.Sub ?? (models.Sub is { } sub ? Window(sub) : settings.Windows.Root ?? Window(models.Root)),
            OpenRepl = async (session, token) => Noted(await EmbeddedRepl.OpenAsync(session, token), session.Context, context, terminal),
        };
        settings.Limits(options);
        settings.Sandbox.ApplyTo(options);
        RunView view = new(terminal, settings.Verbose);
        view.Line($"model: {models.Root.Label}");
        if (settings.Verbose)
        {
            TellWindows(options, models, view);
        }


        await using RecursiveLanguageModel rlm = new(models.Root.Client, options);
        await using RlmSession? session = settings.Variables.AreGiven ? await rlm.OpenSessionAsync(cancellationToken) : null;
        if (settings.Variables.Restore is { } from)
        {
            await session!.RestoreAsync(from, cancellationToken);
        }

        RlmResult result;
        try
        {
            result = settings.Verbose || terminal.ErrorIsTerminal
                ? await view.WatchAsync(session?.StreamAsync(context, settings.Task, cancellationToken) ?? rlm.StreamAsync(context, settings.Task, cancellationToken), cancellationToken)
                : await (session?.CompleteAsync(context, settings.Task, cancellationToken) ?? rlm.CompleteAsync(context, settings.Task, cancellationToken));
        }
        catch (RlmException exception) when (models.Player?.Mismatch is { } first)
        {
            throw new CassetteMismatchException(first.Message, exception);
        }

        if (models.Player is { } player)
        {
            Check(player, terminal);
        }

        if (result.TrajectoryFile is { } trajectory)
        {
            terminal.Say($"trajectory: {trajectory}");
        }

        if (settings.Json)
        {
            AskJson.Write(terminal, result, models.Root.Label);
        }
        else if (result.Text.Length > 0)
        {
            terminal.Out.WriteLine(terminal.OutIsTerminal ? Terminal.Clean(result.Text) : result.Text);
        }

        if (settings.Variables.Save is { } to && session is { IsLost: false })
        {
            await VariableFlags.TellAsync(session.SaveAsync(to, cancellationToken), to, terminal);
        }

        return Judge(result, settings, terminal);
    }

    /// <summary>A replay that asked for anything else is none, even when the run got over it.</summary>
    private static void Check(CassettePlayer player, Terminal terminal)
    {
        if (player.Mismatch is { } first)
        {
            throw first;
        }

        if (player.Remaining > 0)
        {
            terminal.Say($"{player.Remaining} recorded {(player.Remaining == 1 ? "call was" : "calls were")} not asked for: this run ended earlier than the recorded one.");
        }
    }

    /// <summary>What is guessed is said, with the flag that ends the guessing.</summary>
    private static void TellWindows(RlmOptions options, AskModels models, RunView view)
    {
        const string Prompts = "prompts of sub-calls are kept below 100,000 characters";
        if (options.ContextWindow is null)
        {
            view.Line($"window: how many tokens {models.Root.Name} takes in is not known: a long run is not compacted{(models.Sub is null ? $", and {Prompts}" : "")}. Say it with --window N.");
        }

        if (options.SubContextWindow is null && models.Sub is { } sub)
        {
            view.Line($"window: how many tokens {sub.Name} takes in is not known: {Prompts}. Say it with --sub-window N.");
        }
    }

    private static int? Window(ChosenModel model) => ModelFacts.Find(model.Name)?.ContextWindow;

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
            case StopReason.Refused:
                terminal.Say("the model, or a filter of its provider, refused; its words are on stdout. Put the task in other words, or use another --model.");
                return ExitCode.NoAnswer;
            case StopReason.Turns:
                terminal.Say($"the {settings.MaxSteps} steps are used up; {Best(result)} Allow more with --max-steps.");
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

    private static string Best(RlmResult result) => string.IsNullOrWhiteSpace(result.Text) ? "there is no answer." : "this is the best answer there is.";
}
