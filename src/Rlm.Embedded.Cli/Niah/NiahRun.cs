using System.Diagnostics;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.View;

namespace Rlm.Embedded.Cli.Niah;

/// <summary>Hides a number, has it found, and measures.</summary>
internal static class NiahRun
{
    private const string Question = "I'm looking for a magic number. What is it?";

    public static async Task<NiahOutcome> RunAsync(NiahSettings settings, ChosenModel model, Terminal terminal, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Waiting waiting = new(terminal);
        Haystack haystack = await waiting.ForAsync(Task.Run(() => Haystack.Generate(settings.Lines, settings.Seed), CancellationToken.None), "making the haystack");
        TimeSpan generate = Stopwatch.GetElapsedTime(start);
        cancellationToken.ThrowIfCancellationRequested();
        RunView? view = settings.Json ? null : new RunView(terminal, settings.Verbose);
        view?.Line($"model: {model.Label}");
        view?.Line($"haystack: {haystack.Lines:N0} lines, {haystack.Text.Length:N0} characters, seed {settings.Seed}");
        await using RecursiveLanguageModel rlm = new(model.Client);
        RlmContext context = RlmContext.FromText(haystack.Text);
        RlmResult result = view is null
            ? await waiting.ForAsync(rlm.CompleteAsync(context, Question, cancellationToken), "waiting for the answer")
            : await view.WatchAsync(rlm.StreamAsync(context, Question, cancellationToken), cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(Tool.Started);
        bool found = IsFound(haystack, result);
        List<TimeSplit> warm = [];
        for (int i = 0; i < settings.Repeat; i++)
        {
            start = Stopwatch.GetTimestamp();
            await using RecursiveLanguageModel again = new(model.Client);
            RlmResult further = await waiting.ForAsync(again.CompleteAsync(context, Question, cancellationToken), $"run {i + 2:N0} of {settings.Repeat + 1:N0}");
            warm.Add(TimeSplit.Of(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, further.Times));
            found &= IsFound(haystack, further);
        }

        return new NiahOutcome
        {
            Haystack = haystack,
            Model = model.Label,
            Result = result,
            Found = found,
            Elapsed = elapsed,
            Split = TimeSplit.Of(elapsed, generate, result.Times),
            WarmSplit = warm.Count > 0 ? TimeSplit.Median(warm) : null,
        };
    }

    /// <summary>The needle stands in the answer, not as a part of a longer number.</summary>
    private static bool IsFound(Haystack haystack, RlmResult result)
    {
        string needle = haystack.Needle.ToString();
        string text = result.Text;
        for (int at = text.IndexOf(needle, StringComparison.Ordinal); at >= 0; at = text.IndexOf(needle, at + 1, StringComparison.Ordinal))
        {
            int end = at + needle.Length;
            if ((at == 0 || !char.IsAsciiDigit(text[at - 1])) && (end == text.Length || !char.IsAsciiDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
