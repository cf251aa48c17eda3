using System.Text;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>What the model is told about its context.</summary>
/// <param name="Text">A sentence or two.</param>
/// <param name="IsEmpty">There is nothing in it to look at.</param>
internal readonly record struct ContextDescription(string Text, bool IsEmpty)
{
    private const int LengthsShown = 40;

    public static ContextDescription Of(RlmContext context) => context switch
    {
        RlmContext.Text text => OfText(text.Value.Length),
        RlmContext.TextList list => OfList(list.Values),
        RlmContext.TextFile file => OfFile(new FileInfo(file.Path)),
        _ => new ContextDescription("`context` holds the material.", false),
    };

    private static ContextDescription OfText(int length) => length == 0
        ? new ContextDescription("`context` is an empty str.", true)
        : new ContextDescription($"`context` is a str of {length:N0} characters.", false);

    private static ContextDescription OfFile(FileInfo file) => !file.Exists || file.Length == 0
        ? new ContextDescription("`context` is an empty str.", true)
        : new ContextDescription($"`context` is a str, read from {file.Length:N0} bytes of UTF-8: it has at most that many characters.", false);

    private static ContextDescription OfList(IReadOnlyList<string> values)
    {
        var total = 0L;
        var lengths = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            total += values[i].Length;
            if (i < LengthsShown)
            {
                lengths.Append(i == 0 ? "" : ", ").Append(values[i].Length);
            }
        }

        if (values.Count > LengthsShown)
        {
            lengths.Append(", and ").Append(values.Count - LengthsShown).Append(" more");
        }

        return total == 0
            ? new ContextDescription($"`context` is a list of {values.Count} empty str.", true)
            : new ContextDescription($"`context` is a list of {values.Count:N0} str, {total:N0} characters in all; their lengths: {lengths}.", false);
    }
}
