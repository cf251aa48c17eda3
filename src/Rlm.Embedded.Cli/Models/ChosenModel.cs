using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Cli.Models;

/// <summary>A model ready to be called.</summary>
/// <param name="Client">The model.</param>
/// <param name="Label">How results name it.</param>
internal sealed record ChosenModel(IChatClient Client, string Label)
{
    /// <summary>The model's name alone: a label may say more after a space.</summary>
    public string Name => Label.Split(' ', 2)[0];

    /// <summary>The names it is known under: the one given, and the one that its service knows.</summary>
    public IEnumerable<string> Names => Client.GetService(typeof(ChatClientMetadata)) is ChatClientMetadata { DefaultModelId: { } id } ? [Name, id] : [Name];
}
