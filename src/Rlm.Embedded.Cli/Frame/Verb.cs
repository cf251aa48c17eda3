using System.CommandLine;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>A command whose help has headings and examples.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>The flags under their headings, in the order of the help.</summary>
    public List<(string Heading, Option[] Flags)> Sections { get; } = [];

    /// <summary>Whole lines to type, each with what it does.</summary>
    public (string Line, string Does)[] Examples { get; init; } = [];

    /// <summary>Adds flags to a command: under a heading where it has headings.</summary>
    public static void Add(Command command, string heading, params Option[] flags)
    {
        foreach (Option flag in flags)
        {
            command.Add(flag);
        }

        if (command is Verb verb)
        {
            verb.Sections.Add((heading, flags));
        }
    }
}
