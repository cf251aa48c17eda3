namespace Rlm.Embedded.Engine.Parsing;

/// <summary>
/// Reads a reply: reasoning, Python blocks, a final answer in prose. Never throws, and takes time in proportion to the
/// text. What was reasoned, quoted or shown as an example is neither run nor taken as an answer.
/// </summary>
internal static class ResponseParser
{
    public static ParsedReply Parse(string? reply)
    {
        if (string.IsNullOrWhiteSpace(reply))
        {
            return new ParsedReply("", "", [], null) { Fault = ReplyFault.Empty };
        }

        var spoken = SpokenReply.Of(reply);
        var fault = spoken.IsUnclosed ? ReplyFault.UnclosedReasoning : spoken.IsInvented ? ReplyFault.InventedTurn : ReplyFault.None;
        if (string.IsNullOrWhiteSpace(spoken.Text))
        {
            fault = fault != ReplyFault.None ? fault : spoken.Reasoning.Length > 0 ? ReplyFault.OnlyReasoning : ReplyFault.Empty;
            return new ParsedReply("", spoken.Reasoning, [], null) { Fault = fault, IsCut = spoken.IsUnclosed };
        }

        var reader = new ReplyReader(spoken.Text);
        reader.Read();
        return new ParsedReply(spoken.Text, spoken.Reasoning, reader.Blocks, reader.Final)
        {
            Fault = fault != ReplyFault.None ? fault : reader.Fault,
            Draft = reader.Draft,
            IsCut = spoken.IsUnclosed || reader.IsCut,
            IsLastBlockCut = reader.IsLastBlockCut,
        };
    }
}
