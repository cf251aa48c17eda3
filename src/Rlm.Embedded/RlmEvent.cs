using Rlm.Embedded.Repl;

namespace Rlm.Embedded;

/// <summary>Something that happened in a run, in the order it happened. The closed set of cases is nested here.</summary>
public abstract record RlmEvent
{
    private RlmEvent()
    {
    }

    /// <summary>0 for the run itself, 1 for its sub-calls and their children, and so on.</summary>
    public int Depth { get; internal set; }

    /// <summary>The <see cref="RlmResult.RunId"/> of the run it happened in: children that run side by side are told apart by it.</summary>
    public string RunId { get; internal set; } = "";

    /// <summary>A run began: the first event. Children begin too, with a greater <see cref="Depth"/>.</summary>
    /// <param name="Question">The question.</param>
    /// <param name="Model">The name of the root model.</param>
    /// <param name="MaxTurns">The turns it has.</param>
    public sealed record RunStarted(string Question, string Model, int MaxTurns) : RlmEvent
    {
        /// <summary>What the run is about.</summary>
        public RlmContext Context { get; init; } = RlmContext.FromText("");

        /// <summary>The <see cref="RlmEvent.RunId"/> of the run whose cell made this child; null for the run itself.</summary>
        public string? ParentRunId { get; init; }
    }

    /// <summary>The session is open and the context is in it. A run without a session has none.</summary>
    /// <param name="Context">What <c>context</c> is.</param>
    /// <param name="Elapsed">Wall time of opening.</param>
    public sealed record ContextLoaded(ContextInfo Context, TimeSpan Elapsed) : RlmEvent
    {
        /// <summary>What kind of REPL the session is.</summary>
        public ReplDescription Environment { get; init; } = new("unknown");
    }

    /// <summary>A turn began: the root model is about to be called.</summary>
    /// <param name="Turn">Its number, from 1.</param>
    /// <param name="MaxTurns">The turns there are.</param>
    public sealed record TurnStarted(int Turn, int MaxTurns) : RlmEvent;

    /// <summary>A piece of the root model's reply arrived.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Text">The piece, as the provider sent it.</param>
    public sealed record TextDelta(int Turn, string Text) : RlmEvent;

    /// <summary>A piece of the root model's reasoning arrived.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Text">The piece, as the provider sent it.</param>
    public sealed record ReasoningDelta(int Turn, string Text) : RlmEvent;

    /// <summary>The root model's reply is complete.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Text">The reply, thinking included.</param>
    /// <param name="Tokens">Tokens of the call, or null where the provider reported none.</param>
    /// <param name="Elapsed">Wall time of the call.</param>
    public sealed record Replied(int Turn, string Text, TokenUsage? Tokens, TimeSpan Elapsed) : RlmEvent
    {
        /// <summary>How the reply ended.</summary>
        public ReplyEnd End { get; init; }
    }

    /// <summary>The messages so far were replaced by a summary, before a turn.</summary>
    /// <param name="Turn">The number of the turn that follows.</param>
    /// <param name="Compaction">The summary and what it cost.</param>
    public sealed record Compacted(int Turn, RlmCompaction Compaction) : RlmEvent;

    /// <summary>A cell began.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Cell">The cell's number in the turn, from 1.</param>
    /// <param name="Code">Its code.</param>
    public sealed record CellStarted(int Turn, int Cell, string Code) : RlmEvent;

    /// <summary>A running cell printed. Comes while the cell runs, in pieces; of a cell that prints more than
    /// <see cref="ReplLimits.OutputCharacters"/> only the beginning does, and <see cref="CellEnded"/> has the rest.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Cell">The cell's number in the turn, from 1.</param>
    /// <param name="Output">What it printed.</param>
    public sealed record CellOutput(int Turn, int Cell, ReplOutput Output) : RlmEvent;

    /// <summary>A cell ended.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Cell">The cell's number in the turn, from 1.</param>
    /// <param name="Result">What came of it.</param>
    public sealed record CellEnded(int Turn, int Cell, CellResult Result) : RlmEvent;

    /// <summary>A sub-call began.</summary>
    /// <param name="Id">Unique in the run.</param>
    /// <param name="Call">What the code asked for.</param>
    /// <param name="Model">The name of the model that serves.</param>
    public sealed record SubCallStarted(long Id, SubCall Call, string Model) : RlmEvent;

    /// <summary>A sub-call ended.</summary>
    /// <param name="Id">The same as at its start.</param>
    /// <param name="SubCall">How it went.</param>
    public sealed record SubCallEnded(long Id, RlmSubCall SubCall) : RlmEvent;

    /// <summary>The root model is told something about its reply besides output: why an answer was not taken, what was not run, that the reply broke off.</summary>
    /// <param name="Turn">The turn's number.</param>
    /// <param name="Notice">The words, as the model will read them.</param>
    public sealed record Noticed(int Turn, string Notice) : RlmEvent;

    /// <summary>A turn ended: its cells have run. A turn that was cancelled or failed ends too.</summary>
    /// <param name="Turn">All of it.</param>
    public sealed record TurnEnded(RlmTurn Turn) : RlmEvent;

    /// <summary>A run ended: the last event. When the run throws, the exception follows it.</summary>
    /// <param name="Result">Its result, a partial one when it throws.</param>
    public sealed record RunEnded(RlmResult Result) : RlmEvent
    {
        /// <summary>What the run throws, or null.</summary>
        public Exception? Failure { get; init; }
    }
}
