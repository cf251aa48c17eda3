namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Ctrl+R: the youngest cell of the history that holds what is typed; Ctrl+R again for an older one.</summary>
/// <param name="history">What is searched.</param>
/// <param name="before">The cell that was being written.</param>
internal sealed class HistorySearch(History history, string before)
{
    private string _sought = "";
    private int _at = history.Cells.Count;
    private bool _isMissing;

    public string Before => before;

    /// <summary>The cell found, or null.</summary>
    public string? Found { get; private set; }

    public string Prompt => $"({(_isMissing ? "not found" : "search")}) {_sought}: ";

    /// <summary>Takes a key that belongs to the search; false ends it.</summary>
    public bool Take(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text:
                _sought += key.Text;
                Find(Math.Min(_at, history.Cells.Count - 1));
                return true;
            case KeyKind.Backspace:
                _sought = _sought[..^Math.Min(_sought.Length, 1)];
                Find(history.Cells.Count - 1);
                return true;
            case KeyKind.Search:
                Find(_at - 1);
                return true;
            case KeyKind.Nothing:
                return true;
            default:
                return false;
        }
    }

    private void Find(int from)
    {
        int at = from;
        while (at >= 0 && !history.Cells[at].Contains(_sought, StringComparison.Ordinal))
        {
            at--;
        }

        _isMissing = at < 0;
        if (at >= 0)
        {
            _at = at;
            Found = history.Cells[at];
        }
    }
}
