
namespace Rlm.Embedded.Providers.Tests;

/// <summary>The answer of a server, as it goes over the wire.</summary>
public sealed record Answer(Protocol Protocol, bool Streaming, byte[] Body)
{
    public string? Type { get; init; } = "application/json";

    public string? Encoding { get; init; }

    /// <summary>How many bytes arrive at once.</summary>
    public int Piece { get; init; } = int.MaxValue;

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public Answer With(Func<string, string> change) => this with { Body = System.Text.Encoding.UTF8.GetBytes(change(Text)) };

    public Answer With(Func<byte[], byte[]> change) => this with { Body = change(Body) };
}
