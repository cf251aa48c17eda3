using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>The flags that say which model is used and how it is reached.</summary>
internal sealed class ModelFlags
{
    public Option<string?> Model { get; } = Flag.Text("name a model such as openai/gpt-5-mini", "MODEL", "The model, such as openai/gpt-5-mini; `rlm models` lists them.", "--model", "-m");

    public Option<string?> BaseUrl { get; } = Flag.Address("Address of an OpenAI-compatible server, such as http://localhost:8000/v1. The model's name is then sent as it is.", "--base-url");

    public Option<TimeSpan?> Timeout { get; } = Flag.Seconds("Seconds to wait for a model's answer. Default 180.", "--model-timeout");

    public Option<string?> KeyFrom { get; } = Flag.Text("name an environment variable", "VARIABLE", "Environment variable that holds the key for --base-url. Without it no key is sent there.", "--key-from");

    public void AddTo(Command command) => Verb.Add(command, "Model", Model, BaseUrl, KeyFrom, Timeout);

    /// <summary>The name given, or null.</summary>
    public string? Name(ParseResult line)
    {
        string? name = line.GetValue(Model);
        return name is null && line.GetValue(BaseUrl) is not null
            ? throw new UsageException("--base-url needs --model: name a model that the server has.")
            : name;
    }

    /// <summary>How the model is reached; retries are told on the terminal.</summary>
    /// <exception cref="UsageException">The variable of the key is not set.</exception>
    public ModelOptions Options(ParseResult line, Terminal terminal, bool verbose, int? retries = null)
    {
        ModelOptions defaults = new();
        TimeSpan timeout = line.GetValue(Timeout) ?? defaults.Timeout;
        return new ModelOptions
        {
            BaseUrl = line.GetValue(BaseUrl),
            ApiKey = Key(line),
            Timeout = timeout,
            MaxRetries = retries ?? defaults.MaxRetries,
            OnRetry = RetryWords.Tell(terminal, timeout),
        };
    }

    private string? Key(ParseResult line) => line.GetValue(KeyFrom) is not { } variable ? null
        : line.GetValue(BaseUrl) is null ? throw new UsageException("--key-from needs --base-url: elsewhere each provider has a variable of its own, see `rlm models`.")
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } key ? key
        : throw new UsageException($"--key-from: the environment variable {Flag.Shown(variable)} is not set. Name one that holds the key.");
}
