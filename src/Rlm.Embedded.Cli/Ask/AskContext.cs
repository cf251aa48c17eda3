using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>Reads the text that a question is about.</summary>
internal static class AskContext
{
    /// <summary>A file, or stdin when it is named or piped, or nothing.</summary>
    public static async Task<RlmContext> ReadAsync(string? input, Terminal terminal, CancellationToken cancellationToken)
    {
        if (input is not null and not "-")
        {
            return ContextFile.Open(input, "--input");
        }

        if (input is null && Terminal.InIsTerminal)
        {
            return RlmContext.FromText("");
        }

        if (Terminal.InIsTerminal)
        {
            terminal.Say("reading the text from the terminal; end it with Ctrl+D.");
        }

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

        return bytes.Length == 0 ? RlmContext.FromText("") : RlmContext.FromBytes(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), "stdin");
    }
}
