using System.Globalization;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Models;

/// <summary>The table of <see cref="ModelFacts"/>, <c>known-models.csv</c>. Every run asks it, mostly in vain: only rows that are asked for are read.</summary>
internal static partial class KnownModels
{
    private const string Resource = "known-models.csv";
    private static readonly Lazy<string[]> Rows = new(Read);

    public static IReadOnlyList<ModelFacts> All => [.. Rows.Value.Select(Parse)];

    public static ModelFacts? Find(string name)
    {
        var last = name[(name.LastIndexOf('/') + 1)..];
        return FindRow(last) is { } row ? Parse(row)
            : IsOfAKnownFamily(last) && FindRow(Maker().Replace(Version().Replace(last, ""), "")) is { } other ? Parse(other)
            : null;
    }

    private static string? FindRow(string model)
    {
        foreach (var row in Rows.Value)
        {
            var known = row.AsSpan(0, row.IndexOf(','));
            if (known.Length == model.Length && IsSame(known, model))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>Gateways write points where makers write dashes.</summary>
    private static bool IsSame(ReadOnlySpan<char> one, string other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (Plain(one[i]) != Plain(other[i]))
            {
                return false;
            }
        }

        return true;

        static char Plain(char c) => c == '.' ? '-' : char.ToLowerInvariant(c);
    }

    private static bool IsOfAKnownFamily(string model)
    {
        foreach (var row in Rows.Value)
        {
            if (model.AsSpan().Contains(row.AsSpan(0, row.IndexOf('-')), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] Read()
    {
        using var stream = typeof(KnownModels).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{Resource}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]; // the first names the columns
    }

    private static ModelFacts Parse(string row)
    {
        var cells = row.Split(',');
        return new ModelFacts(
            cells[0],
            int.Parse(cells[1], CultureInfo.InvariantCulture),
            int.Parse(cells[2], CultureInfo.InvariantCulture),
            new ModelPrice(Dollars(cells[3]), Dollars(cells[4]), Dollars(cells[5])),
            DateOnly.ParseExact(cells[6], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            new Uri(cells[7]));
    }

    private static decimal Dollars(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(-v[0-9]+(:[0-9]+)?|-[0-9]{4}-[0-9]{2}-[0-9]{2}|-[0-9]{8}(-v[0-9]+(:[0-9]+)?)?|-latest|:[a-z]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    // Bedrock puts region and maker in front.
    [GeneratedRegex(@"^@?([a-z]+\.)?(anthropic|openai|google)\.", RegexOptions.NonBacktracking)]
    private static partial Regex Maker();
}
