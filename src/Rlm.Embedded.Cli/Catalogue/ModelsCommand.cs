using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>The verb `models`.</summary>
internal static class ModelsCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Verb command = new("models", "lists the models that can be named, what they need, windows and prices; or checks one")
        {
            Examples = [("rlm models --check openai/gpt-5-mini", "one tiny call, which says whether key and address are right")],
        };
        Option<string?> check = Flag.Text("name a model such as openai/gpt-5-mini", "MODEL", "Make one tiny call to this model.", "--check");
        Option<bool> json = Flag.Switch("One JSON object on stdout.", "--json");
        ModelFlags model = new();
        Verb.Add(command, "Check", check, model.BaseUrl, model.KeyFrom, model.Timeout);
        Verb.Add(command, "Output", json, Flag.Switch("Say more when something fails.", "--verbose", "-v"));
        command.SetAction(line =>
        {
            if (line.GetValue(check) is { } name)
            {
                return ModelCheck.RunAsync(name, model.Options(line, terminal, verbose: false, retries: 0), line.GetValue(json), terminal, cancellationToken).GetAwaiter().GetResult();
            }

            if (new Option[] { model.BaseUrl, model.KeyFrom, model.Timeout }.FirstOrDefault(flag => line.GetResult(flag) is { Implicit: false }) is { } alone)
            {
                throw new UsageException($"{alone.Name} needs --check: name a model that the server has.");
            }

            if (line.GetValue(json))
            {
                ModelsTable.WriteJson(terminal, ModelRow.All());
            }
            else
            {
                ModelsTable.Write(terminal, ModelRow.All());
            }

            return ExitCode.Done;
        });
        return command;
    }
}
