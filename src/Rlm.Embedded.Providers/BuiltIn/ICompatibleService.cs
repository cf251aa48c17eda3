namespace Rlm.Embedded.Providers;

/// <summary>
/// A service that speaks chat completions as every compatible server does, so that its name stands for nothing but its address: with
/// another address it is a part of the model's name.
/// </summary>
internal interface ICompatibleService : IModelProvider
{
    /// <summary>Where the service is when nothing else is said.</summary>
    string DefaultUrl { get; }
}
