namespace Rlm.Embedded;

/// <summary>How a console shows runs.</summary>
public enum ConsoleStyle
{
    /// <summary><see cref="Panels"/> on a terminal; <see cref="Lines"/> in a pipe or file, on a dumb terminal, and where NO_COLOR or CI is set.</summary>
    Auto,

    /// <summary>Plain lines: no colours, no control codes, no width.</summary>
    Lines,

    /// <summary>Frames and colours, as wide as the console.</summary>
    Panels,
}
