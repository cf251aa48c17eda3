using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded;

/// <summary>
/// How a <see cref="RecursiveLanguageModel"/> works. Copied when one is made: later changes do not reach it.
/// </summary>
public sealed partial class RlmOptions
{
    internal const long DefaultTokens = 1_000_000;

    /// <summary>Makes options with the defaults.</summary>
    public RlmOptions()
    {
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
    /// Levels of REPLs. 1, the default: the run has one and all its sub-calls are plain calls, those of <c>rlm_query</c> too.
    /// 2: <c>rlm_query</c> opens children with a REPL of their own, and so on. 0: there is no REPL, no code and no sub-call; the context goes to the
    /// root model whole, in one plain call (<see cref="RlmResult.IsDirect"/>), and a session cannot be opened.
    /// </summary>
    public int MaxDepth { get; set; } = 1;

    /// <summary>
    /// Tokens that the calls of the run's own loop may take, input and output. Default 1,000,000; null for any number. Below 50 nothing is
    /// called. Like every limit here it holds for the whole tree of a run and its children, a call is reserved before it is sent, and at
    /// most one call is sent that takes more than is left.
    /// </summary>
    public long? MaxRootTokens { get; set; } = DefaultTokens;

    /// <summary>
    /// Tokens that sub-calls and children may take, all together. Default 1,000,000; null for any number. Below 50 none is made. A prompt, or a
    /// batch of them, whose estimated input is more than what is left is refused before it is sent; the model is told, and the run goes on.
    /// </summary>
    public long? MaxSubTokens { get; set; } = DefaultTokens;

    /// <summary>US dollars that all calls may cost. Default: no limit. It needs a price for each model: see <see cref="Prices"/>.</summary>
    public decimal? MaxCost { get; set; }

    /// <summary>How long a run may take. Default: no limit. It ends a running cell and calls in flight too. At most 40 days.</summary>
    public TimeSpan? MaxTime { get; set; }

    /// <summary>Cells that may fail one after the other in a run; each child has its own count. Default: no limit.</summary>
    public int? MaxConsecutiveErrors { get; set; }

    /// <summary>Sub-calls that code may make, slots of batches, children and their sub-calls counted. A batch of more than are left is refused whole. Default: no limit.</summary>
    public int? MaxSubCalls { get; set; }

    /// <summary>Throw <see cref="RlmLimitException"/>, which carries the result, when a limit ends a run. Default false: the result says so.</summary>
    public bool ThrowOnLimit { get; set; }

    /// <summary>
    /// What models cost where the provider does not say, by the name in <see cref="Models"/> or by model id. Wins over the list prices of
    /// <see cref="ModelFacts"/>.
    /// </summary>
    public IDictionary<string, ModelPrice> Prices { get; } = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);

    /// <summary>Replaces the whole system prompt, taken as it is: nothing in it is substituted. What <see cref="Tools"/> there are is told behind it. Default: the engine's own.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>Replaces the whole system prompt of children, taken as it is. Default: <see cref="SystemPrompt"/>.</summary>
    public string? ChildSystemPrompt { get; set; }

    /// <summary>
    /// Tokens that the root model takes in. When the messages of a run fill <see cref="CompactionThreshold"/> of it, the root model summarises
    /// them in one call, which is counted like any other, and the run goes on from the summary; the messages stay in the REPL as <c>history</c>.
    /// Default null: what <see cref="ModelFacts"/> knows of the model; of one that is not known: never.
    /// </summary>
    public int? ContextWindow { get; set; }

    /// <summary>
    /// The part of a model's window that the messages of a run may fill before they are summarised, more than 0 and at most 1; null for never.
    /// Default 0.85, that of the reference library (<c>compaction_threshold_pct</c>). Holds for runs and their children; see <see cref="ContextWindow"/>.
    /// </summary>
    public double? CompactionThreshold { get; set; } = 0.85;

    /// <summary>
    /// Tokens that <see cref="SubModel"/> takes in: the same for children that it leads, and what the model is told of how large a prompt of a
    /// sub-call may be. Default null: what <see cref="ModelFacts"/> knows of it; without a <see cref="SubModel"/>, <see cref="ContextWindow"/>.
    /// </summary>
    public int? SubContextWindow { get; set; }

    /// <summary>What a session may use.</summary>
    public ReplLimits ReplLimits { get; set; } = new();

    /// <summary>How far model-written code is trusted. Default <see cref="SandboxProfile.Restricted"/>.</summary>
    public SandboxProfile SandboxProfile { get; set; } = SandboxProfile.Restricted;

    /// <inheritdoc cref="ReplSessionOptions.PackagePaths"/>
    public IReadOnlyList<string> PackagePaths { get; set; } = [];

    /// <inheritdoc cref="ReplSessionOptions.UsePythonPath"/>
    public bool UsePythonPath { get; set; }

    /// <inheritdoc cref="ReplSessionOptions.AllowedModules"/>
    public IReadOnlyList<string> AllowedModules { get; set; } = [];

    /// <summary>Plain sub-calls in flight at once, in a run and its children together. Default 16.</summary>
    public int SubCallConcurrency { get; set; } = 16;

    /// <summary>Children in flight at once, per batch. Default 4.</summary>
    public int ChildConcurrency { get; set; } = 4;

    /// <summary>
    /// Characters that the system prompt tells the model it may put into one sub-call. Advice, not a limit. Default null: 3 for each token of the
    /// sub-model's window (<see cref="SubContextWindow"/>), at most 400,000; where nobody knows the window 100,000, and the model is told that this is a guess.
    /// </summary>
    public int? SubCallCharacters { get; set; }

    /// <summary>Temperature and the like for root calls.</summary>
    public ChatOptions? RootChatOptions { get; set; }

    /// <summary>Temperature and the like for sub-calls, and for the loops of children.</summary>
    public ChatOptions? SubChatOptions { get; set; }

    /// <summary>Temperature and the like for the calls of single <see cref="Models"/>, by name. Default for each: <see cref="SubChatOptions"/>.</summary>
    public IDictionary<string, ChatOptions> ModelChatOptions { get; } = new Dictionary<string, ChatOptions>(StringComparer.Ordinal);

    /// <summary>The clock. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where to log; prompts and replies are never logged. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// Are told all that happens in runs and their children, as <see cref="RecursiveLanguageModel.StreamAsync(RlmContext, string, CancellationToken)"/> would; pieces of replies and of output
    /// (<see cref="RlmEvent.TextDelta"/>, <see cref="RlmEvent.ReasoningDelta"/>, <see cref="RlmEvent.CellOutput"/>) only while somebody enumerates that.
    /// Called at once on the thread where it happens, on several at the same time when calls run side by side: be quick and thread-safe. One that throws is
    /// logged and told nothing more of that run. <c>UseConsole()</c> of the package Rlm.Embedded.Console adds one that prints.
    /// </summary>
    public IList<Action<RlmEvent>> Observers { get; } = [];

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
}
