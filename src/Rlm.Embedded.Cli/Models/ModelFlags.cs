using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>The flags that say which model is used and how it is reached.</summary>
internal sealed class ModelFlags
{
    public Option<string?> Model { get; } = new("--model", "-m") { Description = "The model, such as openai/gpt-5-mini.", HelpName = "MODEL" };

    public Option<string?> BaseUrl { get; } = new("--base-url") { Description = "Address of an OpenAI-compatible server, such as http://localhost:8000/v1.", HelpName = "URL" };

    public Option<double?> Timeout { get; } = new("--model-timeout") { Description = "Seconds to wait for a model's answer. Default 300.", HelpName = "SECONDS" };

    public void AddTo(Command command)
    {
        command.Add(Model);
        command.Add(BaseUrl);
        command.Add(Timeout);
    }

    /// <summary>The name given, or null.</summary>
    public string? Name(ParseResult line)
    {
        string? name = line.GetValue(Model);
        if (name is null && line.GetValue(BaseUrl) is not null)
        {
            throw new UsageException("--base-url needs --model: name a model that the server has.");
        }

        return name is null || !string.IsNullOrWhiteSpace(name) ? name : throw new UsageException("--model is empty; name a model such as openai/gpt-5-mini.");
    }

    public ModelOptions Options(ParseResult line)
    {
        ModelOptions options = new() { BaseUrl = line.GetValue(BaseUrl) };
        return line.GetValue(Timeout) is not { } seconds ? options
            : new ModelOptions { BaseUrl = options.BaseUrl, Timeout = Numbers.Seconds(seconds, "--model-timeout"), MaxRetries = options.MaxRetries };
    }
}
