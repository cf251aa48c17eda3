using System.CommandLine;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flag --model-as: further models that code may name.</summary>
internal static class NamedModels
{
    public const string Name = "--model-as";

    /// <summary>The flag; it may be given several times.</summary>
    public static Option<IReadOnlyList<(string Name, string Model)>?> Create() => new(Name)
    {
        Description = "A further model that code may name: llm_query(prompt, model=\"NAME\"). May be given several times.",
        HelpName = "NAME=MODEL",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            List<(string Name, string Model)> named = [];
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
                if (parts is not [{ Length: > 0 } name, { Length: > 0 } model])
                {
                    return Flag.Refuse<IReadOnlyList<(string, string)>?>(result, $"{Name} is {Flag.Shown(text)}; give NAME=MODEL, such as small=openai/gpt-5-nano.");
                }

                if (named.Exists(other => other.Name == name))
                {
                    return Flag.Refuse<IReadOnlyList<(string, string)>?>(result, $"{Name} names {Flag.Shown(name)} twice; give each model a name of its own.");
                }

                named.Add((name, model));
            }

            return named;
        },
    };
}
