#pragma warning disable RS0030 // The console, and whether it wants colours (NO_COLOR, CI), is what this package is about.

using Rlm.Embedded.View;
using Spectre.Console;

namespace Rlm.Embedded;

/// <summary>Shows runs on a console.</summary>
public static class RlmConsole
{
    /// <summary>
    /// Shows each run as it happens: turns, what the model says, code, output, sub-calls, the answer and what it took. Everything of models and code
    /// is shown as text: control codes and markup in it do nothing.
    /// </summary>
    /// <param name="options">The options of the runs; <see cref="RlmOptions.Observers"/> gets one more.</param>
    /// <param name="console">Where to. Default: stderr, so that stdout is the program's own.</param>
    /// <param name="style">How.</param>
    /// <returns>The same options.</returns>
    public static RlmOptions UseConsole(this RlmOptions options, IAnsiConsole? console = null, ConsoleStyle style = ConsoleStyle.Auto)
    {
        ArgumentNullException.ThrowIfNull(options);
        console ??= AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var panels = style == ConsoleStyle.Panels || (style == ConsoleStyle.Auto && IsRich(console, Environment.GetEnvironmentVariable));
        return Show(options, panels ? new PanelView(console) : new LineView(console.Profile.Out.Writer));
    }

    /// <summary>Writes each run as it happens to a text writer, as <see cref="ConsoleStyle.Lines"/>.</summary>
    /// <param name="options">The options of the runs; <see cref="RlmOptions.Observers"/> gets one more.</param>
    /// <param name="writer">Where to; the caller keeps it. Written to by one thread at a time, and flushed after each event.</param>
    /// <returns>The same options.</returns>
    public static RlmOptions UseConsole(this RlmOptions options, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(writer);
        return Show(options, new LineView(writer));
    }

    internal static bool IsRich(IAnsiConsole console, Func<string, string?> environment) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
        && environment("NO_COLOR") is not { Length: > 0 } && environment("CI") is not { Length: > 0 } && environment("TERM") != "dumb";

    private static RlmOptions Show(RlmOptions options, RunView view)
    {
        options.Observers.Add(view.Observe);
        return options;
    }
}
