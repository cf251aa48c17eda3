namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Goes up and down the history from the cell being written, which is not lost.</summary>
internal sealed class HistoryWalk(History history)
{
    private int _at = history.Cells.Count;
    private string _written = "";

    /// <summary>The cell before the one shown; null when there is none.</summary>
    public string? Older(string shown)
    {
        if (_at == 0)
        {
            return null;
        }

        if (_at == history.Cells.Count)
        {
            _written = shown;
        }

        return history.Cells[--_at];
    }

    /// <summary>The cell after the one shown, at last the one that was being written; null when there is none.</summary>
    public string? Newer()
    {
        if (_at == history.Cells.Count)
        {
            return null;
        }

        return ++_at == history.Cells.Count ? _written : history.Cells[_at];
    }
}
