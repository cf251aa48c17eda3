using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flags that say what models cost which `rlm models` does not list.</summary>
internal sealed class AskPrices
{
    private readonly Option<decimal?> _input = Flag.Dollars("US dollars for a million tokens that models take in whose price `rlm models` does not list; 0 for your own.", "--price-in");
    private readonly Option<decimal?> _output = Flag.Dollars("The same for tokens that they write.", "--price-out");

    public Option[] Flags => [_input, _output];

    /// <summary>What was given, or null.</summary>
    /// <exception cref="UsageException">Only one of the two is given.</exception>
    public ModelPrice? Read(ParseResult line) => (line.GetValue(_input), line.GetValue(_output)) switch
    {
        ({ } input, { } output) => new ModelPrice(input, input, output),
        (null, null) => null,
        ({ } input, null) => throw new UsageException($"{_input.Name} is {input} and {_output.Name} is not given; give both, in US dollars for a million tokens."),
        (null, { } output) => throw new UsageException($"{_output.Name} is {output} and {_input.Name} is not given; give both, in US dollars for a million tokens."),
    };

    /// <summary>Sets the price of the models that have none.</summary>
    /// <exception cref="RlmConfigurationException">There is a cost limit, and a model whose price nobody knows.</exception>
    public static void Set(RlmOptions options, ModelPrice? given, IEnumerable<ChosenModel> models)
    {
        foreach (ChosenModel model in models.Where(model => !model.Names.Any(name => ModelFacts.Find(name) is not null)))
        {
            if (given is null && options.MaxCost is { } limit)
            {
                throw new RlmConfigurationException(
                    $"--max-cost is {limit}, but what {model.Name} costs is not known. Say it with --price-in and --price-out, in US dollars for a million tokens (0 for a model of your own), or leave --max-cost out.");
            }

            foreach (string name in given is null ? [] : model.Names)
            {
                options.Prices[name] = given!;
            }
        }
    }
}
