using System.Text.Json;

namespace Rlm.Embedded.Providers;

/// <summary>The fields of a request's body: each name is written once, and the first to claim it writes it.</summary>
internal sealed class BodyFields(Utf8JsonWriter writer)
{
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);

    public Utf8JsonWriter Writer => writer;

    public bool Claim(string name) => _claimed.Add(name);

    public void Number(string name, float? value)
    {
        if (value is { } number && Claim(name))
        {
            writer.WriteNumber(name, number);
        }
    }

    public void Integer(string name, long? value)
    {
        if (value is { } number && Claim(name))
        {
            writer.WriteNumber(name, number);
        }
    }
}
