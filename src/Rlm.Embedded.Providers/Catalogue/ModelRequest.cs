namespace Rlm.Embedded.Providers;

/// <summary>What a provider is asked for.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model as the provider's service knows it; empty when the provider is one model.</param>
/// <param name="Options">How to reach it.</param>
/// <param name="Environment">Reads an environment variable.</param>
public sealed record ModelRequest(string Provider, string Model, ModelOptions Options, Func<string, string?> Environment)
{
    /// <summary>The whole name: provider, slash, model.</summary>
    public string FullName => Model.Length == 0 ? Provider : $"{Provider}/{Model}";

    /// <summary>Reads an environment variable; an empty or blank one counts as absent.</summary>
    /// <param name="name">The variable.</param>
    /// <returns>Its value or null.</returns>
    public string? Variable(string name) => Environment(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>The key from the options, else from the first variable that is set.</summary>
    /// <param name="variables">Variables to look at, in order.</param>
    /// <returns>The key.</returns>
    /// <exception cref="RlmConfigurationException">There is none.</exception>
    public string RequireKey(params ReadOnlySpan<string> variables) => FindKey(variables)
        ?? throw new RlmConfigurationException(
            $"No key for {FullName}. Set {string.Join(" or ", variables)}, or pass {nameof(ModelOptions)}.{nameof(ModelOptions.ApiKey)}.");

    /// <summary>The key from the options, else from the first variable that is set.</summary>
    /// <param name="variables">Variables to look at, in order.</param>
    /// <returns>The key or null.</returns>
    public string? FindKey(params ReadOnlySpan<string> variables)
    {
        if (!string.IsNullOrWhiteSpace(Options.ApiKey))
        {
            return ValidKey(Options.ApiKey.Trim(), nameof(ModelOptions.ApiKey));
        }

        foreach (string name in variables)
        {
            if (Variable(name) is { } value)
            {
                return ValidKey(value, name);
            }
        }

        return null;
    }

    /// <summary>A key travels in a header: what cannot is told here, where its source is known, and without the key.</summary>
    private string ValidKey(string key, string source) => key.All(c => c is > ' ' and <= '~')
        ? key
        : throw new RlmConfigurationException(
            $"The key for {FullName} (from {source}) has a space, a line break or a character outside ASCII in it. Copy it again.");

    /// <summary>The address from the options, else from the first variable that is set, else the default.</summary>
    /// <param name="variables">The variables to look at, in order.</param>
    /// <param name="fallback">The provider's own address.</param>
    /// <returns>An absolute http or https address.</returns>
    /// <exception cref="RlmConfigurationException">The address is malformed.</exception>
    public Uri BaseUrl(ReadOnlySpan<string> variables, string fallback)
    {
        if (Options.BaseUrl is { Length: > 0 } given)
        {
            return ParseUrl(given, FullName, nameof(ModelOptions.BaseUrl));
        }

        foreach (string variable in variables)
        {
            if (Variable(variable) is { } value)
            {
                return ParseUrl(value, FullName, variable);
            }
        }

        return ParseUrl(fallback, FullName, "default");
    }

    internal static Uri ParseUrl(string text, string model, string source) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri
            : throw new RlmConfigurationException(
                $"The base URL of {model} (from {source}) is not an address like http://localhost:8000/v1 (http or https, no user name or password in it).");
}
