using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>The flags that say which model is used and how it is reached.</summary>
internal sealed class ModelFlags
{
    public Option<string?> Model { get; } = new("--model", "-m") { Description = "The model, such as openai/gpt-5-mini.", HelpName = "MODEL" };

    public Option<string?> BaseUrl { get; } = new("--base-url") { Description = "Address of an OpenAI-compatible server, such as http://localhost:8000/v1. The model's name is then sent as it is.", HelpName = "URL" };

    public Option<double?> Timeout { get; } = new("--model-timeout") { Description = "Seconds to wait for a model's answer. Default 180.", HelpName = "SECONDS" };

    public Option<string?> KeyFrom { get; } = new("--key-from") { Description = "Environment variable that holds the key for --base-url. Without it no key is sent there.", HelpName = "VARIABLE" };

    public void AddTo(Command command)
    {
        command.Add(Model);
        command.Add(BaseUrl);
        command.Add(KeyFrom);
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

    /// <summary>How the model is reached; retries are told on the terminal.</summary>
    /// <exception cref="UsageException">A value is out of range, or the variable of the key is not set.</exception>
    public ModelOptions Options(ParseResult line, Terminal terminal, bool verbose, int? retries = null)
    {
        ModelOptions defaults = new();
        return new ModelOptions
        {
            BaseUrl = line.GetValue(BaseUrl),
            ApiKey = Key(line),
            Timeout = line.GetValue(Timeout) is { } seconds ? Numbers.Seconds(seconds, "--model-timeout") : defaults.Timeout,
            MaxRetries = retries ?? defaults.MaxRetries,
            OnRetry = RetryWords.Tell(terminal, verbose),
        };
    }

    private string? Key(ParseResult line) => line.GetValue(KeyFrom) is not { } variable ? null
        : line.GetValue(BaseUrl) is null ? throw new UsageException("--key-from needs --base-url: elsewhere each provider has a variable of its own, see `rlm models`.")
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } key ? key
        : throw new UsageException($"--key-from: the environment variable '{variable}' is not set.");
}
