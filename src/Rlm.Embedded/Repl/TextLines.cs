namespace Rlm.Embedded.Repl;

/// <summary>
/// The lines of a text, or of several together. A line ends at <c>\n</c>, <c>\r\n</c> or a <c>\r</c> alone; what stands behind the last end
/// of a text is a line too.
/// </summary>
/// <param name="Count">How many there are.</param>
/// <param name="Longest">Code points of the longest one, its end not counted.</param>
/// <param name="LineFeeds">Lines that end in <c>\n</c>.</param>
/// <param name="CarriageReturnLineFeeds">Lines that end in <c>\r\n</c>.</param>
/// <param name="CarriageReturns">Lines that end in a <c>\r</c> alone.</param>
public sealed record TextLines(long Count, long Longest, long LineFeeds, long CarriageReturnLineFeeds, long CarriageReturns);
