namespace Rlm.Embedded.Trajectories;

/// <summary>What held the code of a run.</summary>
/// <param name="Profile">The profile, in small letters.</param>
/// <param name="Layers">The layers in force on that machine; see <see cref="EngineInfo.ActiveLayers"/>.</param>
public sealed record TrajectorySandbox(string Profile, IReadOnlyList<string> Layers);
