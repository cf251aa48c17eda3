using System.Globalization;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Models;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>A model of the catalogue, what is known of it, and whether it can be used.</summary>
internal sealed record ModelRow(string Name, ModelProviderStatus Provider, ModelFacts? Facts)
{
    /// <summary>Tokens it takes in, or nothing where nobody knows; so are the others.</summary>
    public string Window => Facts?.ContextWindow.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    public string InputPrice => Price(Facts?.Price.Input);

    public string OutputPrice => Price(Facts?.Price.Output);

    public string PricesAsOf => Facts?.PricesAsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Each provider's example, then the other known models of their makers.</summary>
    public static IReadOnlyList<ModelRow> All()
    {
        List<ModelRow> rows = [];
        foreach (ModelProviderStatus provider in ModelKeys.Status())
        {
            rows.Add(new ModelRow(provider.Example, provider, ModelFacts.Find(provider.Example)));
            rows.AddRange(ModelFacts.All
                .Where(facts => Maker(facts) == provider.Name && facts != rows[^1].Facts)
                .Select(facts => new ModelRow($"{provider.Name}/{facts.Model}", provider, facts))
                .Where(row => row.Name != provider.Example));
        }

        return rows;
    }

    private static string Price(decimal? price) => price?.ToString("0.00#", CultureInfo.InvariantCulture) ?? "";

    private static string Maker(ModelFacts facts) => facts.Model.Split('-')[0] switch
    {
        "gpt" => "openai",
        "claude" => "anthropic",
        var family => family,
    };
}
