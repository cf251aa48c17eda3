using System.Text;
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
        await stdin.CopyToAsync(bytes, cancellationToken).WaitAsync(cancellationToken);
        return RlmContext.FromText(Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), terminal));
    }

    private static string Decode(ReadOnlySpan<byte> bytes, Terminal terminal)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            terminal.Say($"stdin is not valid UTF-8{(bytes.Contains((byte)0) ? " and looks binary" : "")}: invalid bytes became U+FFFD");
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
