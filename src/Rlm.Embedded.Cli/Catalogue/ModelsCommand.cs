using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>The verb `models`.</summary>
internal static class ModelsCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Command command = new("models", "Lists the models that can be named, what is configured, windows and prices; or checks one with a tiny call.");
        Option<string?> check = new("--check") { Description = "Make one tiny call to this model.", HelpName = "MODEL" };
        Option<bool> json = new("--json") { Description = "One JSON object on stdout." };
        ModelFlags model = new();
        command.Add(check);
        command.Add(model.BaseUrl);
        command.Add(model.KeyFrom);
        command.Add(model.Timeout);
        command.Add(json);
        command.Add(new Option<bool>("--verbose", "-v") { Description = "Say more when something fails." });
        command.SetAction(line =>
        {
            if (line.GetValue(check) is { } name)
            {
                return string.IsNullOrWhiteSpace(name)
                    ? throw new UsageException("--check is empty; name a model such as openai/gpt-5-mini.")
                    : ModelCheck.RunAsync(name, model.Options(line, terminal, verbose: false, retries: 0), line.GetValue(json), terminal, cancellationToken).GetAwaiter().GetResult();
            }

            if (line.GetValue(model.BaseUrl) is not null)
            {
                throw new UsageException("--base-url needs --check: name a model that the server has.");
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
