using System.Runtime.Versioning;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Lets a person write cells: moving, erasing, history, completion, pasted text, several lines. Not thread-safe.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CellEditor(RawTerminal keyboard, Action<string> write, History history, ICellLanguage language) : ICellPrompt
{
    private const string Prompt = ">>> ";
    private const string Continuation = "... ";
    private const int EscapeWait = 40;

    private readonly KeyParser _keys = new();
    private readonly EditBuffer _buffer = new();
    private readonly Screen _screen = new(write, () => RawTerminal.Size);
    private readonly byte[] _read = new byte[64 * 1024];
    private HistoryWalk _walk = new(history);
    private HistorySearch? _search;

    /// <inheritdoc/>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        _buffer.Set("");
        _walk = new HistoryWalk(history);
        _search = null;
        keyboard.Begin();
        write("\e[?2004h");
        try
        {
            await using CancellationTokenRegistration waking = cancellationToken.Register(keyboard.Wake);
            Draw();
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Next() is not { } key)
                {
                    _screen.Leave(Prompt, Continuation, _buffer.Text);
                    return null;
                }

                bool ended = key.Kind == KeyKind.EndOfInput && _buffer.Text.Length == 0;
                if (ended || await TakeAsync(key, cancellationToken))
                {
                    _screen.Leave(Prompt, Continuation, _buffer.Text);
                    return ended ? null : _buffer.Text;
                }

                if (!_keys.HasMore)
                {
                    Draw();
                }
            }
        }
        finally
        {
            write("\e[?2004l");
            keyboard.End();
        }
    }

    public void Interrupt()
    {
        // At the prompt Ctrl+C is a key.
    }

    /// <summary>The next key; null when the terminal is gone.</summary>
    private Key? Next()
    {
        while (true)
        {
            if (_keys.TryNext(out Key key))
            {
                return key;
            }

            bool isPart = _keys.HasPart;
            int read = keyboard.Read(_read, isPart ? EscapeWait : -1);
            switch (read)
            {
                case < 0:
                    return null;
                case > 0:
                    _keys.Feed(_read.AsSpan(0, read));
                    break;
                case 0 when isPart && _keys.TryNext(out key, settled: true):
                    return key;
                case 0:
                    // The screen has another size, or the session is to end.
                    return new Key(KeyKind.Nothing);
            }
        }
    }

    /// <summary>Does what a key asks for.</summary>
    /// <returns>True when the cell is done.</returns>
    private async ValueTask<bool> TakeAsync(Key key, CancellationToken cancellationToken)
    {
        if (_search is { } search)
        {
            if (search.Take(key))
            {
                return false;
            }

            _search = null;
            _buffer.Set(key.Kind is KeyKind.Interrupt or KeyKind.Escape ? search.Before : search.Found ?? search.Before);
            if (key.Kind is KeyKind.Interrupt or KeyKind.Escape)
            {
                return false;
            }
        }

        switch (key.Kind)
        {
            case KeyKind.Enter:
                return await EnterAsync(cancellationToken);
            case KeyKind.Tab:
                await CompleteAsync(cancellationToken);
                return false;
            case KeyKind.Interrupt:
                _screen.Leave(Prompt, Continuation, _buffer.Text, "^C");
                _buffer.Set("");
                _walk = new HistoryWalk(history);
                return false;
            case KeyKind.Suspend:
                _screen.Leave(Prompt, Continuation, _buffer.Text, "^Z");
                keyboard.Suspend();
                return false;
            case KeyKind.Redraw:
                _screen.Clear();
                return false;
            case KeyKind.Search:
                _search = new HistorySearch(history, _buffer.Text);
                return false;
            case KeyKind.Up when _buffer.IsOnFirstLine:
                Show(_walk.Older(_buffer.Text));
                return false;
            case KeyKind.Down when _buffer.IsOnLastLine:
                Show(_walk.Newer());
                return false;
            default:
                Edit(key);
                return false;
        }
    }

    private void Edit(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text or KeyKind.Paste:
                _buffer.Insert(key.Text);
                break;
            case KeyKind.NewLine:
                _buffer.InsertLine(indent: true);
                break;
            case KeyKind.Backspace:
                _buffer.Backspace();
                break;
            case KeyKind.Delete or KeyKind.EndOfInput:
                _buffer.Delete();
                break;
            case KeyKind.Left:
                _buffer.Left();
                break;
            case KeyKind.Right:
                _buffer.Right();
                break;
            case KeyKind.Up:
                _buffer.Up();
                break;
            case KeyKind.Down:
                _buffer.Down();
                break;
            case KeyKind.WordLeft:
                _buffer.WordLeft();
                break;
            case KeyKind.WordRight:
                _buffer.WordRight();
                break;
            case KeyKind.Home:
                _buffer.Home();
                break;
            case KeyKind.End:
                _buffer.End();
                break;
            case KeyKind.EraseWordLeft:
                _buffer.EraseWordLeft();
                break;
            case KeyKind.EraseWordRight:
                _buffer.EraseWordRight();
                break;
            case KeyKind.EraseToStart:
                _buffer.EraseToStart();
                break;
            case KeyKind.EraseToEnd:
                _buffer.EraseToEnd();
                break;
            case KeyKind.PutBack:
                _buffer.PutBack();
                break;
        }
    }

    /// <summary>Enter ends a cell that is whole, and begins a line in one that is not.</summary>
    private async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(_buffer.Text))
        {
            _buffer.Set("");
            return !_keys.HasMore;
        }

        if (!_keys.IsContinued && _buffer.IsOnLastLine && await language.IsCompleteAsync(_buffer.Text, cancellationToken))
        {
            history.Add(_buffer.Text);
            return true;
        }

        // Text that comes at once is pasted, and indented already.
        _buffer.InsertLine(indent: !_keys.HasMore);
        return false;
    }

    private async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        string before = _buffer.BeforeCursor.ToString();
        if (before.AsSpan().Trim(" \t").IsEmpty)
        {
            _buffer.Insert(new string(' ', 4 - (before.Length % 4)));
            return;
        }

        if (!Completion.TryFind(before, out string owner, out string begun))
        {
            write("\a");
            return;
        }

        IReadOnlyList<string> names = await language.CompleteAsync(owner, begun, cancellationToken);
        if (names.Count == 0)
        {
            write("\a");
            return;
        }

        string common = Completion.CommonStart(names);
        _buffer.Replace(begun.Length, common);
        if (names.Count > 1 && common.Length == begun.Length)
        {
            _screen.Leave(Prompt, Continuation, _buffer.Text);
            write(Completion.InColumns(names, RawTerminal.Size.Columns) + "\r\n");
        }
    }

    private void Show(string? cell)
    {
        if (cell is null)
        {
            write("\a");
        }
        else
        {
            _buffer.Set(cell);
        }
    }

    private void Draw()
    {
        if (_search is { } search)
        {
            _screen.Draw(search.Prompt, Continuation, search.Found ?? "", 0);
        }
        else
        {
            _screen.Draw(Prompt, Continuation, _buffer.Text, _buffer.Cursor);
        }
    }
}
