using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>The catalogue in lines of a terminal's width: no name is broken, so that it can be copied.</summary>
internal static class ModelsList
{
    private const string Indent = "  ";
    private const int WidthForDates = 100;

    public static IEnumerable<string> Lines(IReadOnlyList<ModelRow> rows, int width)
    {
        int numbers = Numbers(rows[0], width).Length;
        int names = Math.Min(rows.Max(row => row.Name.Length), Math.Max(width - Indent.Length - 1 - numbers, 10));
        yield return $"{Indent}{"model".PadRight(names)} {"window",9}  {"$ in",6}  {"$ out",6}{(width >= WidthForDates ? "  prices of" : "")}";
        foreach (IGrouping<string, ModelRow> provider in rows.GroupBy(row => row.Provider.Name))
        {
            foreach (string line in Frame.Lines.Wrap($"{provider.Key}: {ModelKeys.Describe(provider.First().Provider)}", width))
            {
                yield return line;
            }

            foreach (ModelRow row in provider)
            {
                string facts = Numbers(row, width).TrimEnd();
                if (row.Name.Length <= names || facts.Length == 0)
                {
                    yield return $"{Indent}{row.Name.PadRight(names)} {facts}".TrimEnd();
                }
                else
                {
                    yield return Indent + row.Name;
                    yield return $"{Indent}{new string(' ', names)} {facts}";
                }
            }
        }
    }

    private static string Numbers(ModelRow row, int width) =>
        $"{row.Window,9}  {row.InputPrice,6}  {row.OutputPrice,6}{(width >= WidthForDates ? $"  {row.PricesAsOf}" : "")}";
}
