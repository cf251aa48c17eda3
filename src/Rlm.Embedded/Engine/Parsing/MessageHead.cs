namespace Rlm.Embedded.Engine.Parsing;

/// <summary>The head of a message that names its channel: <c>&lt;|start|&gt;assistant&lt;|channel|&gt;analysis to=python code&lt;|message|&gt;</c>.</summary>
/// <param name="Role">Whose message it is; empty when the head does not say.</param>
/// <param name="Channel">The channel, or empty.</param>
/// <param name="Recipient">The tool it goes to, or empty.</param>
/// <param name="BodyAt">Where its text begins.</param>
/// <param name="BodyEnd">Where its text ends.</param>
/// <param name="Next">Where what follows begins.</param>
/// <param name="IsClosed">False where the reply ended before the message did.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessageHead(string Role, string Channel, string Recipient, int BodyAt, int BodyEnd, int Next, bool IsClosed)
{
    private const int Longest = 200;
    private const string Start = "<|start|>";
    private const string ChannelMark = "<|channel|>";
    private const string Message = "<|message|>";
    private static readonly System.Buffers.SearchValues<string> Ends =
        System.Buffers.SearchValues.Create(["<|end|>", "<|return|>", "<|call|>", Start, ChannelMark], StringComparison.Ordinal);

    /// <summary>Whether the message is a tool call.</summary>
    public bool IsToolCall => Recipient.Length > 0;

    /// <summary>Whether somebody else than the model speaks.</summary>
    public bool IsForeign => Role.Length > 0 && !Role.Equals("assistant", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the head that begins at a position.</summary>
    public static bool TryRead(string text, int at, out MessageHead head)
    {
        head = default;
        var rest = text.AsSpan(at, Math.Min(Longest, text.Length - at));
        var message = rest.IndexOf(Message);
        var bodyAt = at + message + Message.Length;
        if (message < 0 || rest[..message].Contains('\n'))
        {
            if (!rest.StartsWith(ChannelMark, StringComparison.Ordinal))
            {
                return false;
            }

            var name = rest[ChannelMark.Length..].IndexOfAnyExceptInRange('a', 'z'); // a server took the other mark away
            message = ChannelMark.Length + Math.Max(0, name);
            bodyAt = at + message;
        }

        var said = rest[..message];
        var hasRole = said.StartsWith(Start, StringComparison.Ordinal);
        var channelAt = said.IndexOf(ChannelMark);
        var role = hasRole ? Word(said[Start.Length..]) : "";
        var channel = channelAt >= 0 ? Word(said[(channelAt + ChannelMark.Length)..]) : "";
        var to = said.IndexOf(" to=");
        var recipient = to < 0 ? "" : Word(said[(to + 4)..]);
        var length = text.AsSpan(bodyAt).IndexOfAny(Ends);
        var bodyEnd = length < 0 ? text.Length : bodyAt + length;
        var next = bodyEnd;
        if (length >= 0 && ReplyMarks.TryRead(text, bodyEnd, out var end) && end.Kind == MarkKind.TurnEnd)
        {
            next += end.Length;
        }

        head = new MessageHead(role, channel, recipient is "assistant" or "user" or "all" ? "" : recipient, bodyAt, bodyEnd, next, length >= 0);
        return true;
    }

    private static string Word(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(" \t<");
        return (end < 0 ? text : text[..end]).Trim().ToString();
    }
}
