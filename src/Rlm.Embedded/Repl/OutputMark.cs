using System.Globalization;

namespace Rlm.Embedded.Repl;

/// <summary>Stands where the middle of a long output was.</summary>
internal static class OutputMark
{
    /// <summary>What is missing, and how to see it. Of one printed text the slice is the very next piece.</summary>
    /// <param name="dropped">Characters that are missing.</param>
    /// <param name="from">Characters before them.</param>
    /// <param name="limit">Characters that are shown of one output.</param>
    public static string Of(long dropped, long from, long limit) =>
        With(dropped, string.Create(CultureInfo.InvariantCulture, $"to see them print a slice, such as print(x[{from}:{from + Math.Min(dropped, limit)}])"));

    /// <summary>What is missing.</summary>
    /// <param name="dropped">Characters that are missing.</param>
    /// <param name="remedy">How to see them.</param>
    public static string With(long dropped, string remedy) =>
        string.Create(CultureInfo.InvariantCulture, $"\n... [{dropped:N0} characters left out; {remedy}] ...\n");
}
