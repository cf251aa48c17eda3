using System.Globalization;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Models;

/// <summary>The table of <see cref="ModelFacts"/>, read from <c>known-models.csv</c> when first asked.</summary>
internal static partial class KnownModels
{
    private const string Resource = "known-models.csv";

    private static readonly Lazy<IReadOnlyList<ModelFacts>> Table = new(Read);

    private static readonly Lazy<Dictionary<string, ModelFacts>> ByName =
        new(() => Table.Value.ToDictionary(model => Dashed(model.Model), StringComparer.OrdinalIgnoreCase));

    public static IReadOnlyList<ModelFacts> All => Table.Value;

    public static ModelFacts? Find(string name)
    {
        var last = name[(name.LastIndexOf('/') + 1)..];

        // Every run asks; most names are known as they stand, or have nothing that could be taken off.
        return ByName.Value.TryGetValue(Dashed(last), out var facts) ? facts
            : last.AsSpan().IndexOfAny("-.:") < 0 ? null
            : ByName.Value.GetValueOrDefault(Dashed(Maker().Replace(Version().Replace(last, ""), "")));
    }

    private static List<ModelFacts> Read()
    {
        using var stream = typeof(KnownModels).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{Resource}'.");
        using var reader = new StreamReader(stream);
        var models = new List<ModelFacts>(32);
        _ = reader.ReadLine(); // the names of the columns
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var cells = line.Split(',');
            models.Add(new ModelFacts(
                cells[0],
                int.Parse(cells[1], CultureInfo.InvariantCulture),
                int.Parse(cells[2], CultureInfo.InvariantCulture),
                new ModelPrice(Dollars(cells[3]), Dollars(cells[4]), Dollars(cells[5])),
                DateOnly.ParseExact(cells[6], "yyyy-MM-dd", CultureInfo.InvariantCulture),
                new Uri(cells[7])));
        }

        return models;
    }

    private static decimal Dollars(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Gateways write points where makers write dashes.</summary>
    private static string Dashed(string name) => name.Replace('.', '-');

    [GeneratedRegex(@"(-v[0-9]+(:[0-9]+)?|-[0-9]{4}-[0-9]{2}-[0-9]{2}|-[0-9]{8}(-v[0-9]+(:[0-9]+)?)?|-latest|:[a-z]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    // Bedrock puts region and maker in front.
    [GeneratedRegex(@"^@?([a-z]+\.)?(anthropic|openai|google)\.", RegexOptions.NonBacktracking)]
    private static partial Regex Maker();
}
