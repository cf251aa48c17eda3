using System.ClientModel.Primitives;

namespace Rlm.Embedded.Providers;

/// <summary>Sets headers on every request of a pipeline.</summary>
internal sealed class HeadersPolicy(IReadOnlyList<KeyValuePair<string, string>> headers) : PipelinePolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Apply(message);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Apply(message);
        await ProcessNextAsync(message, pipeline, currentIndex).ConfigureAwait(false);
    }

    private void Apply(PipelineMessage message)
    {
        foreach ((string name, string value) in headers)
        {
            message.Request.Headers.Set(name, value);
        }
    }
}
