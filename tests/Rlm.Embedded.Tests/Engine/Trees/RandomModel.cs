using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Tests.Engine.Trees;

/// <summary>A model of a <see cref="RandomTree"/>: late, failing, silent about its usage, and never beyond what it may use.</summary>
internal sealed class RandomModel(RandomTree tree, string name) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("random", null, name);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sent = messages.ToList();
        var isRoot = options == tree.Options.RootChatOptions;
        var isLoop = sent[0].Role == ChatRole.System;
        var input = TokenEstimate.Of(sent);
        var expected = new TokenUsage(input, options!.MaxOutputTokens!.Value);
        tree.Bill.AddCall(isRoot, expected.Total, RandomTree.Price.Cost(expected));
        tree.CallBegins();
        try
        {
            for (var turns = tree.Next(0, 4); turns > 0; turns--)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (tree.Chance(isLoop ? tree.FailurePercent / 5 : tree.FailurePercent))
            {
                throw tree.Next(0, 3) switch
                {
                    0 => new ModelCallException("429 Too Many Requests") { Failure = ModelCallFailure.RateLimited, StatusCode = 429 },
                    1 => new TaskCanceledException("too slow"),
                    _ => new InvalidOperationException("broken pipe"),
                };
            }

            var text = isLoop ? tree.Reply() : tree.Chance(3) ? "" : "r";
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { Usage = Use(isRoot, input, options.MaxOutputTokens!.Value) };
        }
        catch
        {
            tree.Bill.AddFailure();
            throw;
        }
        finally
        {
            tree.CallEnds();
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? _metadata : null;

    public void Dispose()
    {
    }

    private UsageDetails? Use(bool isRoot, long mostInput, int mostOutput)
    {
        if (!tree.ReportsAlways && tree.Chance(10))
        {
            tree.Bill.AddUnreported();
            return null;
        }

        var input = tree.Next(1, (int)mostInput + 1);
        var output = tree.Next(0, mostOutput + 1);
        var used = new TokenUsage(input, output, tree.Next(0, input + 1), tree.Next(0, output + 1));
        tree.Bill.Add(isRoot, used, RandomTree.Price.Cost(used));
        return new UsageDetails
        {
            InputTokenCount = used.Input,
            OutputTokenCount = used.Output,
            CachedInputTokenCount = used.CachedInput,
            ReasoningTokenCount = used.Reasoning,
        };
    }
}
