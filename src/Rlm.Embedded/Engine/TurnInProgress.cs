using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Engine;

/// <summary>A turn of which not everything has happened yet.</summary>
internal sealed class TurnInProgress(int number, IReadOnlyList<ChatMessage> messages, DateTimeOffset startedAt, long timestamp)
{
    private List<RlmCell>? _cells;

    public int Number => number;

    public string Reply { get; set; } = "";

    public ReplyEnd ReplyEnd { get; set; }

    public string Reasoning { get; set; } = "";

    public TokenUsage? Tokens { get; set; }

    public TimeSpan ModelTime { get; set; }

    public RlmCompaction? Compaction { get; init; }

    public int CellCount => _cells?.Count ?? 0;

    public void Add(RlmCell cell) => (_cells ??= new List<RlmCell>(1)).Add(cell);

    public RlmTurn Close(TimeProvider clock) => new()
    {
        Number = number,
        Messages = messages,
        Compaction = Compaction,
        Reply = Reply,
        ReplyEnd = ReplyEnd,
        Reasoning = Reasoning,
        Cells = _cells is null ? [] : _cells,
        Tokens = Tokens,
        StartedAt = startedAt,
        ModelTime = ModelTime,
        Elapsed = clock.GetElapsedTime(timestamp),
    };
}
