using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.View;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>Has one question answered.</summary>
internal static class AskRun
{
    public static async Task<int> RunAsync(AskSettings settings, AskModels models, Terminal terminal, CancellationToken cancellationToken)
    {
        (RlmContext context, string question) = await AskContext.ReadAsync(settings, terminal, cancellationToken);
        RlmOptions options = Options(settings, models, context, terminal);
        RunView view = new(terminal, settings.Verbose);
        view.Line($"model: {models.Root.Label}");
        if (settings.Verbose)
        {
            TellWindows(options, models, view);
        }

        TellUnsent(settings, models, terminal);
        await using RecursiveLanguageModel rlm = new(models.Root.Client, options);
        await using RlmSession? session = settings.Variables.AreGiven ? await rlm.OpenSessionAsync(cancellationToken) : null;
        if (settings.Variables.Restore is { } from)
        {
            await session!.RestoreAsync(from, cancellationToken);
        }

        try
        {
            RlmResult result = await AnswerAsync();
            if (models.Player is { } player)
            {
                Check(player, terminal);
            }

            AskEnd.Tell(result, settings, models, terminal);
            return AskEnd.Judge(result, settings, terminal);
        }
        catch (RlmException exception) when (models.Player?.Mismatch is { } first)
        {
            throw new CassetteMismatchException(first.Message, exception);
        }
        catch (Exception exception) when (AskEnd.PartOf(exception) is { } part)
        {
            AskEnd.TellPart(part, settings, models, terminal);
            throw;
        }
        finally
        {
            await SaveAsync(settings.Variables.Save, session, terminal);
        }

        async Task<RlmResult> AnswerAsync() => settings.Verbose || terminal.ErrorIsTerminal
            ? await view.WatchAsync(session?.StreamAsync(context, question, cancellationToken) ?? rlm.StreamAsync(context, question, cancellationToken), cancellationToken)
            : await (session?.CompleteAsync(context, question, cancellationToken) ?? rlm.CompleteAsync(context, question, cancellationToken));
    }

    private static RlmOptions Options(AskSettings settings, AskModels models, RlmContext context, Terminal terminal)
    {
        RlmOptions options = new()
        {
            SubModel = models.Sub?.Client,
            TrajectoryFolder = settings.Log,
            ContextWindow = settings.Windows.Root ?? Window(models.Root),
            SubContextWindow = settings.Windows.Sub ?? (models.Sub is { } sub ? Window(sub) : settings.Windows.Root ?? Window(models.Root)),
            RootChatOptions = settings.Sampling,
            SubChatOptions = settings.Sampling,
            OpenRepl = async (session, token) => Noted(await EmbeddedRepl.OpenAsync(session, token), session.Context, context, terminal),
        };
        settings.Limits(options);
        settings.Sandbox.ApplyTo(options);
        foreach ((string name, ChosenModel model) in models.Named)
        {
            options.Models[name] = model.Client;
        }

        AskPrices.Set(options, settings.Price, models.All);
        return options;
    }

    /// <summary>Saves the variables as they are, however the run ended. Ctrl+C has ended the run; a second one ends this too.</summary>
    private static async Task SaveAsync(string? path, RlmSession? session, Terminal terminal)
    {
        if (path is null || session is null)
        {
            return;
        }

        if (session.IsLost)
        {
            terminal.Say($"nothing was saved to {path}: a cell could not be interrupted, and the variables are lost with its session.");
            return;
        }

        await VariableFlags.TellAsync(session.SaveAsync(path, CancellationToken.None), path, terminal);
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

    /// <summary>A flag that has no effect on a model is said once.</summary>
    private static void TellUnsent(AskSettings settings, AskModels models, Terminal terminal)
    {
        foreach (ChosenModel model in models.All.DistinctBy(model => model.Name))
        {
            foreach (string flag in UnsentChatOptions.Of(model.Client, settings.Sampling).Select(AskSampling.FlagOf))
            {
                terminal.Say($"{flag} has no effect on {model.Name}: its API has no place for it here.");
            }
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
}
