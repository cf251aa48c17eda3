namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A reply parted into what was said and what was thought; the marks of chat templates are gone. For every reply, whoever gave it.</summary>
/// <param name="Text">What was said; the very text of the reply when there was nothing to take out.</param>
/// <param name="Reasoning">What was thought, or empty.</param>
/// <param name="IsUnclosed">Reasoning was opened and never closed.</param>
/// <param name="IsInvented">The reply went on with the turn of somebody else, which was cut off.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpokenReply(string Text, string Reasoning, bool IsUnclosed = false, bool IsInvented = false)
{
    /// <summary>Reads a reply.</summary>
    public static SpokenReply Of(string reply) => ReplyMarks.MayBeIn(reply) ? new SpokenReader(reply).Read() : new SpokenReply(reply, "");

    /// <summary>
    /// What a plain call's reply says, without the white space that reasoning leaves around it. A prompt may have asked for
    /// <c>&lt;reasoning&gt;</c> or <c>&lt;scratchpad&gt;</c>: such tags go only where they open the reply and more follows.
    /// </summary>
    public static string AnswerOf(string reply)
    {
        var said = ReplyMarks.MayBeIn(reply) ? new SpokenReader(reply, keepsAsked: true).Read().Text : reply;
        return ReferenceEquals(said, reply) ? reply : said.Trim();
    }
}
