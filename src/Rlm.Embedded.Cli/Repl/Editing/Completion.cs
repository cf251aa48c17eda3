namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Finds the name before the cursor, and puts candidates into columns.</summary>
internal static class Completion
{
    private const int MostShown = 200;

    /// <summary>The dotted name that ends a line: what stands before its last dot, and the part behind.</summary>
    /// <returns>False where no name ends, such as behind a call or inside a string that begins with a quote.</returns>
    public static bool TryFind(ReadOnlySpan<char> line, out string owner, out string begun)
    {
        int start = line.Length;
        while (start > 0 && (char.IsLetterOrDigit(line[start - 1]) || line[start - 1] is '_' or '.'))
        {
            start--;
        }

        ReadOnlySpan<char> name = line[start..];
        int dot = name.LastIndexOf('.');
        owner = dot < 0 ? "" : name[..dot].ToString();
        begun = name[(dot + 1)..].ToString();
        bool isPath = dot < 0 ? begun.Length > 0 && IsName(begun) : (begun.Length == 0 || IsName(begun)) && owner.Split('.').All(part => IsName(part));

        // A dot behind a call or an index asks for what only running the code tells.
        return isPath && !(start > 0 && dot >= 0 && line[start - 1] is ')' or ']' or '"' or '\'');
    }

    /// <summary>What all candidates begin with.</summary>
    public static string CommonStart(IReadOnlyList<string> names)
    {
        ReadOnlySpan<char> common = names[0];
        foreach (string name in names)
        {
            common = common[..common.CommonPrefixLength(name)];
        }

        return common.ToString();
    }

    /// <summary>The candidates in columns, down then right, as a shell shows them.</summary>
    public static string InColumns(IReadOnlyList<string> names, int width)
    {
        string[] shown = [.. names.Take(MostShown)];
        int column = Math.Min(shown.Max(name => name.Length) + 2, width);
        int columns = Math.Max(width / column, 1);
        int rows = (shown.Length + columns - 1) / columns;
        IEnumerable<string> lines = Enumerable.Range(0, rows).Select(row =>
            string.Concat(Enumerable.Range(0, columns).Select(at => (at * rows) + row).Where(at => at < shown.Length).Select(at => shown[at].PadRight(column))).TrimEnd());
        string more = names.Count > MostShown ? $"\r\n... and {names.Count - MostShown:N0} more; type on" : "";
        return string.Join("\r\n", lines.Select(line => line.Length > width ? line[..width] : line)) + more;
    }

    private static bool IsName(ReadOnlySpan<char> text) => text.Length > 0 && !char.IsDigit(text[0]) && !text.Contains('.');
}
