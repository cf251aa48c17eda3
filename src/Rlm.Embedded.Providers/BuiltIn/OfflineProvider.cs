using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary><c>offline</c>: the built-in stand-in, which is no language model and needs nothing.</summary>
internal sealed class OfflineProvider : IModelProvider
{
    public string Name => OfflineModel.Id;

    public string Example => OfflineModel.Id;

    public bool NeedsModel => false;

    public IReadOnlyList<string> Variables => [];

    public IChatClient Create(ModelRequest request) => new OfflineModel();
}
