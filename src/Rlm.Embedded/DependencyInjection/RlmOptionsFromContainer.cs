using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Rlm.Embedded.DependencyInjection;

/// <summary>Takes from the container what the options leave open.</summary>
internal sealed class RlmOptionsFromContainer(IServiceProvider provider) : IPostConfigureOptions<RlmOptions>
{
    public void PostConfigure(string? name, RlmOptions options)
    {
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        if (options.TimeProvider == TimeProvider.System)
        {
            options.TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System;
        }
    }
}
