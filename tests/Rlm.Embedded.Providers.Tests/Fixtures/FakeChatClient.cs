using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A model that answers what a delegate says; the streamed answer comes word by word.</summary>
internal sealed class FakeChatClient(Func<FakeCall, Task<ChatResponse>> answer) : IChatClient
{
    private int _calls;

    public FakeChatClient(Func<FakeCall, string> answer)
        : this(call => Task.FromResult(Reply(answer(call))))
    {
    }

    public int Calls => _calls;

    public static FakeChatClient Failing(Exception exception) => new(_ => Task.FromException<ChatResponse>(exception));

    /// <summary>When set, a stream throws it after this many updates.</summary>
    public Func<FakeCall, (int Updates, Exception Exception)?> Break { get; init; } = _ => null;

    public static ChatResponse Reply(string text) => new(new ChatMessage(ChatRole.Assistant, text) { MessageId = "m" })
    {
        ResponseId = "r",
        ModelId = "fake",
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = 3, OutputTokenCount = 2, TotalTokenCount = 5 },
    };

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        answer(new FakeCall(Interlocked.Increment(ref _calls), [.. messages], options, cancellationToken));

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = new FakeCall(Interlocked.Increment(ref _calls), [.. messages], options, cancellationToken);
        ChatResponse response = await answer(call);
        int sent = 0;
        foreach (string word in response.Text.Split(' '))
        {
            if (Break(call) is { } broken && broken.Updates == sent)
            {
                throw broken.Exception;
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, sent == 0 ? word : " " + word) { ResponseId = "r", MessageId = "m", ModelId = "fake" };
            sent++;
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(response.Usage!)])
        {
            ResponseId = "r",
            MessageId = "m",
            FinishReason = response.FinishReason,
            AdditionalProperties = response.AdditionalProperties,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}

internal sealed record FakeCall(int Number, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, CancellationToken CancellationToken)
{
    public string Prompt => Messages[^1].Text;
}
