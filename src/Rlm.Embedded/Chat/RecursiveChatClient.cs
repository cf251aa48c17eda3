using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Chat;

/// <summary>
/// Makes any <see cref="IChatClient"/> one that answers about messages of any length: long ones become the context of a run
/// (<see cref="RecursiveLanguageModel"/>) with the inner client as root model, short ones go straight to it. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Straight through go messages with fewer characters in all than <see cref="RlmOptions.DirectCallThreshold"/>, as they are, options included.</para>
/// <para>
/// Of long messages, the question is the last user message, when it has at most <see cref="QuestionCharacters"/> characters, and the
/// context is all the others: one message is a text, several a list of dicts with <c>role</c> and <c>content</c>. Where the last message is itself long but its
/// last text part is short, that part is the question. Else the whole message is the context, and the question quotes how it begins and ends.
/// Short system messages and <see cref="ChatOptions.Instructions"/> stand before the question; long ones are context.
/// Calls and results of functions are context as text. Other content, such as an image, cannot be in it: the call throws <see cref="NotSupportedException"/>.
/// </para>
/// <para>
/// Of <see cref="ChatOptions"/>, those of sampling, the model and additional properties reach the root calls of the run.
/// <see cref="ChatOptions.ResponseFormat"/> is put into the question. Those that are about the form of one reply
/// (<see cref="ChatOptions.MaxOutputTokens"/>, <see cref="ChatOptions.StopSequences"/>, <see cref="ChatOptions.ConversationId"/>) do not: in a run,
/// replies are code. Functions among <see cref="ChatOptions.Tools"/> can be called by that code (<see cref="RlmOptions.Tools"/>), except those that
/// need approval; tools of other kinds are not offered.
/// </para>
/// <para>
/// The response has the usage of all calls of the run, <see cref="ChatFinishReason.Stop"/> or, after a limit, <see cref="ChatFinishReason.Length"/>,
/// and the <see cref="RlmResult"/> as <see cref="ChatResponse.RawRepresentation"/>.
/// In streaming, what the root model says on its way arrives as <see cref="TextReasoningContent"/> and the answer, a value that exists only
/// at the end, in one piece; straight through, everything is the inner client's own.
/// </para>
/// </remarks>
public sealed class RecursiveChatClient : DelegatingChatClient
{
    /// <summary>The threshold when <see cref="RlmOptions.DirectCallThreshold"/> is null: what fits a window with ease is answered better and cheaper by one call.</summary>
    public const int DefaultDirectCallThreshold = 100_000;

    /// <summary>The most characters a question or a system message may have; what is longer is context.</summary>
    public const int QuestionCharacters = 8_000;

    private readonly RlmOptions _options;
    private readonly RecursiveLanguageModel _rlm;
    private readonly int _threshold;

    /// <summary>Makes one.</summary>
    /// <param name="innerClient">The root model; disposed of with this one.</param>
    /// <param name="options">How runs work; copied. Default: the defaults.</param>
    /// <exception cref="RlmConfigurationException">An option is out of range.</exception>
    public RecursiveChatClient(IChatClient innerClient, RlmOptions? options = null)
        : base(innerClient)
    {
        _options = (options ?? new RlmOptions()).Copy();
        _threshold = _options.DirectCallThreshold ?? DefaultDirectCallThreshold;
        _options.DirectCallThreshold = 0; // decided here, for all messages together
        _rlm = new RecursiveLanguageModel(innerClient, _options);
    }

    /// <inheritdoc/>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = ListOf(messages);
        if (IsShort(list))
        {
            return await base.GetResponseAsync(list, options, cancellationToken).ConfigureAwait(false);
        }

        var asked = ChatQuestion.Of(list, options);
        var rlm = For(options);
        return Response(await rlm.CompleteAsync(asked.Context, asked.Question, cancellationToken).ConfigureAwait(false), options);
    }

    /// <inheritdoc/>
    /// <exception cref="RlmCanceledException">Cancelled; carries the partial result.</exception>
    /// <exception cref="RlmModelException">The root model failed; carries the partial result.</exception>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = ListOf(messages);
        return IsShort(list) ? base.GetStreamingResponseAsync(list, options, cancellationToken) : StreamAsync(ChatQuestion.Of(list, options), options, cancellationToken);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(RecursiveLanguageModel) ? _rlm : base.GetService(serviceType, serviceKey);
    }

    private static IReadOnlyList<ChatMessage> ListOf(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages as IReadOnlyList<ChatMessage> ?? [.. messages];
    }

    private bool IsShort(IReadOnlyList<ChatMessage> messages) => _options.MaxDepth == 0 || ChatQuestion.CharactersOf(messages) < _threshold || messages.Count == 0;

    private RecursiveLanguageModel For(ChatOptions? options)
    {
        if (options is null)
        {
            return _rlm;
        }

        var own = _options.Copy();
        own.RootChatOptions = RunChatOptions.Merge(_options.RootChatOptions, options);
        foreach (var function in RunChatOptions.Functions(options))
        {
            if (own.Tools.All(tool => tool.Name != function.Name))
            {
                own.Tools.Add(RlmTool.FromFunction(function));
            }
        }

        return new RecursiveLanguageModel(InnerClient, own);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatQuestion asked, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in For(options).StreamAsync(asked.Context, asked.Question, cancellationToken).ConfigureAwait(false))
        {
            switch (happened)
            {
                case RlmEvent.TextDelta { Depth: 0 } delta:
                    yield return Update(new TextReasoningContent(delta.Text), delta.RunId);
                    break;
                case RlmEvent.ReasoningDelta { Depth: 0 } delta:
                    yield return Update(new TextReasoningContent(delta.Text), delta.RunId);
                    break;
                case RlmEvent.RunEnded { Depth: 0, Failure: null, Result: var result }:
                    var response = Response(result, options);
                    var last = Update(new TextContent(result.Text), result.RunId);
                    last.Contents.Add(new UsageContent(response.Usage!));
                    last.ModelId = response.ModelId;
                    last.CreatedAt = response.CreatedAt;
                    last.FinishReason = response.FinishReason;
                    last.AdditionalProperties = response.AdditionalProperties;
                    last.RawRepresentation = result;
                    yield return last;
                    break;
            }
        }
    }

    private static ChatResponseUpdate Update(AIContent content, string runId) =>
        new(ChatRole.Assistant, [content]) { ResponseId = runId, MessageId = runId };

    private ChatResponse Response(RlmResult result, ChatOptions? options)
    {
        var tokens = result.Usage.Tokens;
        var metadata = InnerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
        var properties = new AdditionalPropertiesDictionary { ["stop_reason"] = result.StopReason.ToString() };
        if (result.Usage.Cost is { } cost)
        {
            properties[ModelReply.CostKey] = cost;
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, result.Text) { MessageId = result.RunId })
        {
            ResponseId = result.RunId,
            ModelId = options?.ModelId ?? _options.RootChatOptions?.ModelId ?? metadata?.DefaultModelId,
            CreatedAt = _options.TimeProvider.GetUtcNow(),
            FinishReason = result.StopReason == StopReason.FinalAnswer ? ChatFinishReason.Stop : ChatFinishReason.Length,
            RawRepresentation = result,
            AdditionalProperties = properties,
            Usage = new UsageDetails
            {
                InputTokenCount = tokens.Input,
                OutputTokenCount = tokens.Output,
                TotalTokenCount = tokens.Total,
                CachedInputTokenCount = tokens.CachedInput,
                ReasoningTokenCount = tokens.Reasoning,
                AdditionalCounts = new AdditionalPropertiesDictionary<long> { ["calls"] = result.Usage.Calls, ["sub_calls"] = result.Usage.SubCalls, ["turns"] = result.Turns },
            },
        };
    }
}
