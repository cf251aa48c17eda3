using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// A model that plays a script, turn by turn, and records what it was sent. For tests and benchmarks. Thread-safe;
/// concurrent calls take turns in the order they arrive.
/// </summary>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly Lock _gate = new();
    private readonly List<Func<ScriptedCall, ScriptedReply>> _script = [];
    private readonly List<ScriptedCall> _calls = [];
    private readonly ChatClientMetadata _metadata;
    private Func<ScriptedCall, ScriptedReply>? _otherwise;
    private int _count;

    /// <summary>Makes one whose first replies are these.</summary>
    /// <param name="replies">The replies, in order.</param>
    public ScriptedChatClient(params string[] replies)
        : this("scripted", replies)
    {
    }

    private ScriptedChatClient(string modelId, IEnumerable<string> replies)
    {
        _metadata = new ChatClientMetadata("scripted", null, modelId);
        foreach (var reply in replies)
        {
            Then(reply);
        }
    }

    /// <summary>Makes one with a model id of its own.</summary>
    /// <param name="modelId">The id, the name its usage is accounted under.</param>
    public static ScriptedChatClient Named(string modelId) => new(modelId, []);

    /// <summary>The clock of <see cref="ScriptedReply.Delay"/>. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether calls are kept. Default true; a benchmark may do without.</summary>
    public bool RecordCalls { get; init; } = true;

    /// <summary>The calls so far, in order of arrival; a copy.</summary>
    public IReadOnlyList<ScriptedCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Adds a reply to the script.</summary>
    /// <param name="reply">The reply.</param>
    public ScriptedChatClient Then(ScriptedReply reply) => Then(_ => reply);

    /// <summary>Adds a reply that depends on the call.</summary>
    /// <param name="reply">Makes it; called once, outside of any lock.</param>
    public ScriptedChatClient Then(Func<ScriptedCall, ScriptedReply> reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        lock (_gate)
        {
            _script.Add(reply);
        }

        return this;
    }

    /// <summary>Adds a failure to the script.</summary>
    /// <param name="failure">What is thrown.</param>
    public ScriptedChatClient ThenFail(Exception failure) => Then(new ScriptedReply { Failure = failure });

    /// <summary>Says what answers the calls after the script's end. Without it they fail.</summary>
    /// <param name="reply">Makes each reply; called concurrently when calls are.</param>
    public ScriptedChatClient Otherwise(Func<ScriptedCall, ScriptedReply> reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        lock (_gate)
        {
            _otherwise = reply;
        }

        return this;
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ChatResponse>(cancellationToken);
        }

        try
        {
            var reply = Next(messages, options);
            return reply.Delay > TimeSpan.Zero ? DelayedAsync(reply, cancellationToken) : Respond(reply);
        }
        catch (Exception cause)
        {
            return Task.FromException<ChatResponse>(cause);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = Next(messages, options);
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        if (reply.Reasoning is { } reasoning)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent(reasoning)]) { ModelId = _metadata.DefaultModelId };
        }

        foreach (var delta in reply.Deltas ?? Words.Of(reply.Text ?? ""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, delta) { ModelId = _metadata.DefaultModelId };
        }

        if (reply.Failure is { } failure)
        {
            throw failure;
        }

        if (reply.Contents.Count > 0 || reply.FinishReason is not null)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [.. reply.Contents]) { ModelId = _metadata.DefaultModelId, FinishReason = reply.FinishReason };
        }

        if (reply.Usage is { } usage)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]) { ModelId = _metadata.DefaultModelId };
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }

    private ScriptedReply Next(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ScriptedCall call;
        Func<ScriptedCall, ScriptedReply>? make;
        lock (_gate)
        {
            call = new ScriptedCall(++_count, RecordCalls ? [.. messages] : messages as IReadOnlyList<ChatMessage> ?? [.. messages], options);
            if (RecordCalls)
            {
                _calls.Add(call);
            }

            make = _count <= _script.Count ? _script[_count - 1] : _otherwise;
        }

        return make is not null ? make(call) : throw new InvalidOperationException($"The script has {_script.Count} replies and this is call {call.Number}. Add a reply, or say what answers Otherwise.");
    }

    private async Task<ChatResponse> DelayedAsync(ScriptedReply reply, CancellationToken cancellationToken)
    {
        await Task.Delay(reply.Delay, TimeProvider, cancellationToken).ConfigureAwait(false);
        return await Respond(reply).ConfigureAwait(false);
    }

    private Task<ChatResponse> Respond(ScriptedReply reply)
    {
        if (reply.Failure is { } failure)
        {
            return Task.FromException<ChatResponse>(failure);
        }

        var contents = new List<AIContent>(1);
        if (reply.Reasoning is { } reasoning)
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        if (reply.Text is { } text)
        {
            contents.Add(new TextContent(text));
        }

        contents.AddRange(reply.Contents);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents)) { FinishReason = reply.FinishReason, ModelId = _metadata.DefaultModelId, Usage = reply.Usage });
    }
}
