using System.ClientModel.Primitives;

namespace Rlm.Embedded.Providers;

/// <summary>Sends no key: for servers that want none.</summary>
internal sealed class NoAuthenticationPolicy : AuthenticationPolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        ProcessNext(message, pipeline, currentIndex);

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        await ProcessNextAsync(message, pipeline, currentIndex).ConfigureAwait(false);
}
