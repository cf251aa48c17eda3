namespace Rlm.Embedded.Containment.Tests.Fuzz;

/// <summary>How random programs ended.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, int> _kinds = new(StringComparer.Ordinal);

    public int Clean => _kinds.GetValueOrDefault("clean");

    public int Wedged => _kinds.GetValueOrDefault("wedged");

    public void Add(Answer answer)
    {
        string kind = answer.Stopped ?? answer.ErrorType ?? "clean";
        _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
    }

    public override string ToString() =>
        string.Join(", ", _kinds.OrderByDescending(kind => kind.Value).Take(12).Select(kind => $"{kind.Key} {kind.Value}"));
}
