using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Rlm.Embedded.DependencyInjection;

namespace Rlm.Embedded;

/// <summary>Adds a <see cref="RecursiveLanguageModel"/> to a container.</summary>
public static class RlmServiceCollectionExtensions
{
    /// <summary>
    /// Adds a singleton <see cref="RecursiveLanguageModel"/> whose root model is the container's <see cref="IChatClient"/>. Its logger
    /// factory and clock are the container's, where the options name none and the container has one.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options. They are checked when the host starts, else when the model is first asked for.</param>
    /// <returns>The options, to be configured further, for example bound to a configuration section.</returns>
    public static OptionsBuilder<RlmOptions> AddRlm(this IServiceCollection services, Action<RlmOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => Create(provider, Options.DefaultName, provider.GetService<IChatClient>()));
        return AddOptions(services, Options.DefaultName, configure);
    }

    /// <summary>
    /// Adds a singleton <see cref="RecursiveLanguageModel"/> under a key, with options of its own. Its root model is the
    /// <see cref="IChatClient"/> of that key, else the one without a key.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key, also the name of its options.</param>
    /// <param name="configure">Sets options. They are checked when the host starts, else when the model is first asked for.</param>
    /// <returns>The options, to be configured further.</returns>
    public static OptionsBuilder<RlmOptions> AddKeyedRlm(this IServiceCollection services, string key, Action<RlmOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(key);
        services.TryAddKeyedSingleton(key, (provider, _) => Create(provider, key, provider.GetKeyedService<IChatClient>(key) ?? provider.GetService<IChatClient>()));
        return AddOptions(services, key, configure);
    }

    private static OptionsBuilder<RlmOptions> AddOptions(IServiceCollection services, string name, Action<RlmOptions>? configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<RlmOptions>, RlmOptionsFromContainer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RlmOptions>, RlmOptionsValidator>());
        var builder = services.AddOptions<RlmOptions>(name);
        if (configure is not null)
        {
            builder.Configure(configure);
        }

        return builder.ValidateOnStart();
    }

    private static RecursiveLanguageModel Create(IServiceProvider provider, string name, IChatClient? root) => new(
        root ?? throw new RlmConfigurationException(
            $"The container has no IChatClient{(name.Length > 0 ? $" with the key '{name}' and none without a key" : "")}. Add the root model: services.AddSingleton<IChatClient>(ModelCatalog.Default.Create(\"openai/gpt-5-mini\"))."),
        provider.GetRequiredService<IOptionsMonitor<RlmOptions>>().Get(name));
}
