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
        ChildTools = other.ChildTools is { } tools ? [.. tools] : null;
        SchemaRetries = other.SchemaRetries;
        foreach (var (name, client) in other.Models)
        {
            Models.Add(name, client);
        }

        foreach (var tool in other.Tools)
        {
            Tools.Add(tool);
        }
    }

    /// <summary>Who answers sub-calls that name no model. Default: the root model.</summary>
    public IChatClient? SubModel { get; set; }

    /// <summary>Further models that code may name: <c>llm_query(prompt, model="name")</c>. Names are case-sensitive.</summary>
    public IDictionary<string, IChatClient> Models { get; } = new Dictionary<string, IChatClient>(StringComparer.Ordinal);

    /// <summary>Functions and values of the host's that the model's code may use. Their descriptions are part of the system prompt.</summary>
    public IList<RlmTool> Tools { get; } = [];

    /// <summary>The tools of children. Default null: the same as <see cref="Tools"/>; empty for none.</summary>
    public IReadOnlyList<RlmTool>? ChildTools { get; set; }

    /// <summary>How often a model is asked again when its answer does not fit the schema it was asked for. Default 2.
    /// Holds for <see cref="RecursiveLanguageModel.CompleteAsync{T}(RlmContext, string, CancellationToken)"/> and for sub-calls with a schema, each.</summary>
    public int SchemaRetries { get; set; } = 2;

    /// <summary>Root calls a run may make before a last one asks for the best answer. Default 30.</summary>
    public int MaxTurns { get; set; } = 30;

    /// <summary>
    /// Levels of REPLs. 1, the default: the run has one and all its sub-calls are plain calls.
    /// 2: <c>rlm_query</c> opens children with a REPL of their own, and so on.
    /// </summary>
    public int MaxDepth { get; set; } = 1;

    /// <summary>Replaces the whole system prompt, taken as it is: nothing in it is substituted. What <see cref="Tools"/> there are is told behind it. Default: the engine's own.</summary>
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

    internal RlmOptions Copy()
    {
        RequirePositive(MaxTurns, nameof(MaxTurns));
        RequirePositive(MaxDepth, nameof(MaxDepth));
        RequirePositive(SubCallConcurrency, nameof(SubCallConcurrency));
        RequirePositive(ChildConcurrency, nameof(ChildConcurrency));
        if (SchemaRetries < 0)
        {
            throw new RlmConfigurationException($"RlmOptions.SchemaRetries is {SchemaRetries}; it must be at least 0.");
        }

        RequireDistinct(Tools, nameof(Tools));
        RequireDistinct(ChildTools ?? [], nameof(ChildTools));
        return new RlmOptions(this);
    }

    private static void RequireDistinct(IEnumerable<RlmTool> tools, string name)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            if (!names.Add(tool.Name))
            {
                throw new RlmConfigurationException($"RlmOptions.{name} has two tools named '{tool.Name}'. Give one of them another name.");
            }
        }
    }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
        {
            throw new RlmConfigurationException($"RlmOptions.{name} is {value}; it must be at least 1.");
        }
    }
}
