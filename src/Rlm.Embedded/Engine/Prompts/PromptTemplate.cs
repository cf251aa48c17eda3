using System.Text;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>Fills <c>{{name}}</c> in the engine's own texts. What is filled in is never looked at again.</summary>
internal static class PromptTemplate
{
    public static string Render(string template, params (string Name, string Value)[] values)
    {
        var result = new StringBuilder(template.Length + 256);
        var rest = template.AsSpan();
        while (rest.IndexOf("{{") is var open and >= 0)
        {
            var close = rest[open..].IndexOf("}}");
            if (close < 0 || Find(values, rest.Slice(open + 2, close - 2)) is not { } value)
            {
                result.Append(rest[..(open + 2)]);
                rest = rest[(open + 2)..];
                continue;
            }

            result.Append(rest[..open]).Append(value);
            rest = rest[(open + close + 2)..];
        }

        return result.Append(rest).ToString();
    }

    private static string? Find((string Name, string Value)[] values, ReadOnlySpan<char> name)
    {
        foreach (var (candidate, value) in values)
        {
            if (name.SequenceEqual(candidate))
            {
                return value;
            }
        }

        return null;
    }
}
