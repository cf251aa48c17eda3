using System.CommandLine;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flags that say how models write.</summary>
internal sealed class AskSampling
{
    private const string MaxOutputTokens = "--max-output-tokens";
    private const string Temperature = "--temperature";
    private const int MostTokens = 100_000_000;

    private readonly Option<long?> _tokens = Flag.Count(1, MostTokens, "Tokens that one reply may have, of --model and of sub-calls. Default: what the provider sets.", MaxOutputTokens);
    private readonly Option<double?> _temperature = Flag.Within(0, 2, "How freely models choose their words, from 0 to 2. Default: what the provider sets.", Temperature);

    public Option[] Flags => [_tokens, _temperature];

    /// <summary>The flag that sets an option of <see cref="ChatOptions"/>.</summary>
    public static string FlagOf(string option) => option == nameof(ChatOptions.Temperature) ? Temperature : MaxOutputTokens;

    /// <summary>What was given, or null.</summary>
    public ChatOptions? Read(ParseResult line)
    {
        long? tokens = line.GetValue(_tokens);
        double? temperature = line.GetValue(_temperature);
        return tokens is null && temperature is null ? null : new ChatOptions { MaxOutputTokens = (int?)tokens, Temperature = (float?)temperature };
    }
}
