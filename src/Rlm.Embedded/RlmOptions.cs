using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded;

/// <summary>
/// How a <see cref="RecursiveLanguageModel"/> works. Copied when one is made: later changes do not reach it.
/// </summary>
public sealed class RlmOptions
{
    /// <summary>Makes options with the defaults.</summary>
    public RlmOptions()
    {
    }

    private RlmOptions(RlmOptions other)
    {
        SubModel = other.SubModel;
        MaxTurns = other.MaxTurns;
        MaxDepth = other.MaxDepth;
        SystemPrompt = other.SystemPrompt;
        ReplLimits = other.ReplLimits;
        SandboxProfile = other.SandboxProfile;
        SubCallConcurrency = other.SubCallConcurrency;
        ChildConcurrency = other.ChildConcurrency;
        SubCallCharacters = other.SubCallCharacters;
        RootChatOptions = other.RootChatOptions;
        SubChatOptions = other.SubChatOptions;
        TimeProvider = other.TimeProvider;
        LoggerFactory = other.LoggerFactory;
        OpenRepl = other.OpenRepl;
        DirectCallThreshold = other.DirectCallThreshold;
        TrajectoryFolder = other.TrajectoryFolder;
        foreach (var (name, client) in other.Models)
        {
            Models.Add(name, client);
        }
    }

    /// <summary>Who answers sub-calls that name no model. Default: the root model.</summary>
    public IChatClient? SubModel { get; set; }

    /// <summary>Further models that code may name: <c>llm_query(prompt, model="name")</c>. Names are case-sensitive.</summary>
    public IDictionary<string, IChatClient> Models { get; } = new Dictionary<string, IChatClient>(StringComparer.Ordinal);

    /// <summary>Root calls a run may make before a last one asks for the best answer. Default 30.</summary>
    public int MaxTurns { get; set; } = 30;

    /// <summary>
    /// Levels of REPLs. 1, the default: the run has one and all its sub-calls are plain calls.
    /// 2: <c>rlm_query</c> opens children with a REPL of their own, and so on.
    /// </summary>
    public int MaxDepth { get; set; } = 1;

    /// <summary>Replaces the whole system prompt, taken as it is: nothing in it is substituted. Default: the engine's own.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>What a session may use.</summary>
    public ReplLimits ReplLimits { get; set; } = new();

    /// <summary>How far model-written code is trusted. Default <see cref="SandboxProfile.Restricted"/>.</summary>
    public SandboxProfile SandboxProfile { get; set; } = SandboxProfile.Restricted;

    /// <summary>Plain sub-calls in flight at once, in a run and its children together. Default 16.</summary>
    public int SubCallConcurrency { get; set; } = 16;

    /// <summary>Children in flight at once, per batch. Default 4.</summary>
    public int ChildConcurrency { get; set; } = 4;

    /// <summary>Characters that the system prompt tells the model it may put into one sub-call. Advice, not a limit. Default 400,000.</summary>
    public int SubCallCharacters { get; set; } = 400_000;

    /// <summary>Temperature and the like for root calls.</summary>
    public ChatOptions? RootChatOptions { get; set; }

    /// <summary>Temperature and the like for sub-calls.</summary>
    public ChatOptions? SubChatOptions { get; set; }

    /// <summary>The clock. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where to log; prompts and replies are never logged. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>How a run opens its REPL session; null for one in the CPython of this process. Must be thread-safe: children and concurrent runs open sessions too.
    /// Without it a run throws <see cref="RlmConfigurationException"/>.</summary>
    public Func<ReplSessionOptions, CancellationToken, ValueTask<IReplEnvironment>>? OpenRepl { get; set; }

    /// <summary>
    /// A context with fewer characters is not explored: it goes to the root model whole, in one plain call (<see cref="RlmResult.IsDirect"/>).
    /// 0 turns that off. Default, null: 0 here, and <see cref="Chat.RecursiveChatClient.DefaultDirectCallThreshold"/> in a
    /// <see cref="Chat.RecursiveChatClient"/>. Children are never direct: code asked for them.
    /// </summary>
    public int? DirectCallThreshold { get; set; }

    /// <summary>
    /// Where each run writes its trajectory, a JSONL file of its own (docs/trajectory-format.md); made if it is not there. The file holds
    /// the conversation, all code and all output. Default, null: nothing is written.
    /// </summary>
    public string? TrajectoryFolder { get; set; }

    internal RlmOptions Copy()
    {
        RequirePositive(MaxTurns, nameof(MaxTurns));
        RequirePositive(MaxDepth, nameof(MaxDepth));
        RequirePositive(SubCallConcurrency, nameof(SubCallConcurrency));
        RequirePositive(ChildConcurrency, nameof(ChildConcurrency));
        if (DirectCallThreshold < 0)
        {
            throw new RlmConfigurationException($"RlmOptions.DirectCallThreshold is {DirectCallThreshold}; it must be 0, for never, or more.");
        }

        if (TrajectoryFolder is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            throw new RlmConfigurationException("RlmOptions.TrajectoryFolder is empty. Name a folder, or leave it null to write nothing.");
        }

        return new RlmOptions(this);
    }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
        {
            throw new RlmConfigurationException($"RlmOptions.{name} is {value}; it must be at least 1.");
        }
    }
}
