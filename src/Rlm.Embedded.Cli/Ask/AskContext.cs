using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>Puts together what a run is asked: the text and the question about it.</summary>
internal static class AskContext
{
    /// <summary>The question where a text holds what to do with it.</summary>
    public const string OfItself = "Your task, with the material that belongs to it, is in `context`. Read it, do what it asks, and give the result as your final answer.";

    /// <summary>
    /// The text is a file, or stdin when it is named or piped. Where there is none the question is the text, which is said, and on a terminal asked first. Where
    /// there is no question the text asks for itself.
    /// </summary>
    /// <exception cref="UsageException">There is neither.</exception>
    public static async Task<(RlmContext Context, string Question)> ReadAsync(AskSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        string? question = settings.Question;
        if (settings.Input is not (null or "-"))
        {
            RlmContext file = ContextFile.Open(settings.Input, "--input");
            return question is null && file is RlmContext.TextDirectory
                ? throw new UsageException($"'{settings.Input}' is a folder and asks nothing by itself. Give a question: rlm ask \"...\" -i {settings.Input}")
                : (file, question ?? OfItself);
        }

        if (settings.Input is null && Terminal.InIsTerminal)
        {
            return question is null ? throw NothingGiven() : await AloneAsync(question, terminal, cancellationToken);
        }

        if (Terminal.InIsTerminal)
        {
            terminal.Say("reading the text from the terminal; end it with Ctrl+D.");
        }

        if (await ReadInputAsync(cancellationToken) is { } text)
        {
            return (text, question ?? OfItself);
        }

        if (question is null)
        {
            throw NothingGiven();
        }

        terminal.Say("no text is given, and stdin is empty: the question goes alone. Name a text with -i FILE, or pipe one in.");
        return (RlmContext.FromText(question), OfItself);
    }

    /// <summary>What somebody is told who gave neither question nor text.</summary>
    public static UsageException NothingGiven() =>
        new("there is nothing to ask. Give a question and a text: rlm ask \"...\" -i FILE, or pipe the text in; a text that holds what to do with it goes alone: rlm ask -i FILE.");

    private static async Task<(RlmContext Context, string Question)> AloneAsync(string question, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Error.Write("rlm: no text is given (-i FILE, or a pipe). Ask the question alone? [Y/n] ");
        using StreamReader input = new(Terminal.OpenIn());
        string? said = await input.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
        return said?.Trim() is "" or "y" or "Y" or "yes"
            ? (RlmContext.FromText(question), OfItself)
            : throw new UsageException("nothing was asked. Name a text with -i FILE, or pipe one in.");
    }

    /// <summary>What came through the pipe, read as a file is; null where it is empty.</summary>
    private static async Task<RlmContext?> ReadInputAsync(CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        await using Stream stdin = Terminal.OpenIn();
        try
        {
            await stdin.CopyToAsync(bytes, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (IOException) when (bytes.Length > int.MaxValue / 2)
        {
            throw new UsageException("stdin holds more than can be kept in memory at once. Write it to a file and name that with --input.");
        }

        return bytes.Length == 0 ? null : RlmContext.FromBytes(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), "stdin");
    }
}
