using System.Globalization;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>How a program that raised SystemExit ends: as under Python.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Text">What goes to stderr, or null.</param>
internal readonly record struct ProgramEnd(int Code, string? Text)
{
    private const int AnyCode = 0xFF;

    // What a restricted session says to a model whose code ends with 0 or None.
    private const string EndOfCell = "() ended this cell; the session goes on. To give the answer write FINAL(value)";

    /// <summary>The end that an error is; null where it is another error. A text of digits cannot be told from the number.</summary>
    public static ProgramEnd? Of(CellError? error) => error is not { Type: "SystemExit", Message: var said } ? null
        : said is "" or "None" or "False" || said.EndsWith(EndOfCell, StringComparison.Ordinal) ? new ProgramEnd(ExitCode.Done, null)
        : said is "True" ? new ProgramEnd(ExitCode.Unexpected, null)
        : long.TryParse(said, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long code) ? new ProgramEnd((int)(code & AnyCode), null)
        : new ProgramEnd(ExitCode.Unexpected, said);
}
