using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>One row of the <see cref="ModelCatalog"/>: a service that serves models. Stateless and thread-safe.</summary>
public interface IModelProvider
{
    /// <summary>The part of a model name before the first slash, in lower case.</summary>
    string Name { get; }

    /// <summary>A whole model name, as help and error messages show it: <c>openai/gpt-5-mini</c>.</summary>
    string Example { get; }

    /// <summary>True when a name needs a model after the provider (<c>openai/gpt-5-mini</c>), false when the provider is one model (<c>offline</c>).</summary>
    bool NeedsModel { get; }

    /// <summary>Names of the environment variables it reads, the key first.</summary>
    IReadOnlyList<string> Variables { get; }

    /// <summary>What must be set before <see cref="Create"/> can succeed.</summary>
    /// <param name="request">A request; its model does not matter.</param>
    /// <returns>The variable to set, or null when nothing is missing.</returns>
    string? Missing(ModelRequest request) => null;

    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="request">The model and how to reach it.</param>
    /// <returns>A client; the caller disposes of it.</returns>
    /// <exception cref="RlmConfigurationException">A key or an address is missing or malformed.</exception>
    IChatClient Create(ModelRequest request);
}
