using System.Text;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Makes keys of the bytes that a terminal sends: UTF-8, the sequences of xterm and its kin, and pasted text in its brackets (mode 2004).</summary>
internal sealed class KeyParser
{
    private const byte Esc = 0x1B;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;
    private int _searched;
    private bool _pasting;

    /// <summary>What has come and is no key yet.</summary>
    private ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_start, _end - _start);

    /// <summary>True when bytes wait that may be the beginning of a key.</summary>
    public bool HasPart => _end > _start && !_pasting;

    /// <summary>Whether more has come already, and begins with white space: a line pasted without brackets that belongs to the one before.</summary>
    public bool IsContinued => Waiting is [(byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', _, ..];

    /// <summary>Whether more has come already.</summary>
    public bool HasMore => _end > _start;

    /// <summary>Takes bytes in.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_start > 0 && _start == _end)
        {
            _start = _end = 0;
        }

        if (_end + bytes.Length > _bytes.Length)
        {
            byte[] larger = _end - _start + bytes.Length > _bytes.Length / 2 ? new byte[(_bytes.Length + bytes.Length) * 2] : _bytes;
            Buffer.BlockCopy(_bytes, _start, larger, 0, _end - _start);
            _bytes = larger;
            _end -= _start;
            _start = 0;
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="settled">Nothing more came for a moment: what is only a part is taken as it is.</param>
    /// <returns>False when none has come whole.</returns>
    public bool TryNext(out Key key, bool settled = false)
    {
        key = default;
        if (_pasting)
        {
            return TryPaste(out key);
        }

        if (_start == _end)
        {
            return false;
        }

        byte first = _bytes[_start];
        if (first == Esc)
        {
            return TryEscape(out key, settled);
        }

        if (first is < 0x20 or 0x7F)
        {
            _start++;
            key = new Key(Control(first));
            return true;
        }

        return TryText(out key, settled);
    }

    private static KeyKind Control(byte code) => code switch
    {
        0x01 => KeyKind.Home,
        0x02 => KeyKind.Left,
        0x03 => KeyKind.Interrupt,
        0x04 => KeyKind.EndOfInput,
        0x05 => KeyKind.End,
        0x06 => KeyKind.Right,
        0x07 => KeyKind.Escape,
        0x08 or 0x7F => KeyKind.Backspace,
        0x09 => KeyKind.Tab,
        0x0A or 0x0D => KeyKind.Enter,
        0x0B => KeyKind.EraseToEnd,
        0x0C => KeyKind.Redraw,
        0x0E => KeyKind.Down,
        0x0F => KeyKind.NewLine,
        0x10 => KeyKind.Up,
        0x12 => KeyKind.Search,
        0x15 => KeyKind.EraseToStart,
        0x17 => KeyKind.EraseWordLeft,
        0x19 => KeyKind.PutBack,
        0x1A => KeyKind.Suspend,
        _ => KeyKind.Nothing,
    };

    private bool TryText(out Key key, bool settled)
    {
        StringBuilder text = new();
        Span<char> units = stackalloc char[2];
        while (_start < _end && _bytes[_start] is >= 0x20 and not 0x7F)
        {
            System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(Waiting, out Rune rune, out int length);
            if (status == System.Buffers.OperationStatus.NeedMoreData && !settled)
            {
                break;
            }

            _start += length;

            // A C1 control would be a command to the terminal when it is shown.
            text.Append(units[..(rune.Value is >= 0x80 and < 0xA0 ? Rune.ReplacementChar : rune).EncodeToUtf16(units)]);
        }

        key = new Key(KeyKind.Text, text.ToString());
        return text.Length > 0;
    }

    private bool TryEscape(out Key key, bool settled)
    {
        ReadOnlySpan<byte> after = Waiting[1..];
        if (after.IsEmpty)
        {
            return Take(settled, 1, KeyKind.Escape, out key);
        }

        // ESC ESC [ D: the same with Alt, as some terminals write it.
        bool doubled = after[0] == Esc;
        ReadOnlySpan<byte> sequence = doubled ? after[1..] : after;
        int before = doubled ? 2 : 1;
        if (sequence.IsEmpty)
        {
            return Take(settled, before, KeyKind.Escape, out key);
        }

        if (sequence[0] == 'O')
        {
            return sequence.Length > 1
                ? Take(true, before + 2, Final(sequence[1], modified: doubled), out key)
                : Take(settled, before + 1, KeyKind.Nothing, out key);
        }

        if (sequence[0] != '[')
        {
            return Take(true, before + 1, doubled ? KeyKind.Nothing : WithAlt(sequence[0]), out key);
        }

        int final = sequence[1..].IndexOfAnyInRange((byte)0x40, (byte)0x7E);
        if (final < 0)
        {
            return Take(settled, before + sequence.Length, KeyKind.Nothing, out key);
        }

        string parameters = Encoding.ASCII.GetString(sequence.Slice(1, final));
        byte end = sequence[final + 1];
        _start += before + final + 2;
        if (end == '~' && parameters == "200")
        {
            _pasting = true;
            _searched = 0;
            return TryPaste(out key);
        }

        key = new Key(OfSequence(parameters, end, doubled));
        return true;
    }

    private bool Take(bool whole, int length, KeyKind kind, out Key key)
    {
        key = new Key(kind);
        _start += whole ? length : 0;
        return whole;
    }

    private static KeyKind WithAlt(byte code) => code switch
    {
        (byte)'b' or (byte)'B' => KeyKind.WordLeft,
        (byte)'f' or (byte)'F' => KeyKind.WordRight,
        (byte)'d' or (byte)'D' => KeyKind.EraseWordRight,
        0x7F or 0x08 => KeyKind.EraseWordLeft,
        0x0D or 0x0A => KeyKind.NewLine,
        _ => KeyKind.Nothing,
    };

    private static KeyKind OfSequence(string parameters, byte final, bool doubled)
    {
        string[] parts = parameters.Split(';');
        bool modified = doubled || (parts.Length > 1 && parts[1] is not ("" or "1"));
        return (final, parts[0]) switch
        {
            ((byte)'~', "1" or "7") => KeyKind.Home,
            ((byte)'~', "4" or "8") => KeyKind.End,
            ((byte)'~', "3") => modified ? KeyKind.EraseWordRight : KeyKind.Delete,
            ((byte)'~', "27") when parts is [_, _, "13"] => KeyKind.NewLine,
            ((byte)'~', _) => KeyKind.Nothing,
            ((byte)'u', "13") => modified ? KeyKind.NewLine : KeyKind.Enter,
            _ => Final(final, modified),
        };
    }

    private static KeyKind Final(byte final, bool modified) => final switch
    {
        (byte)'A' => KeyKind.Up,
        (byte)'B' => KeyKind.Down,
        (byte)'C' => modified ? KeyKind.WordRight : KeyKind.Right,
        (byte)'D' => modified ? KeyKind.WordLeft : KeyKind.Left,
        (byte)'H' => KeyKind.Home,
        (byte)'F' => KeyKind.End,
        (byte)'M' => KeyKind.Enter,
        _ => KeyKind.Nothing,
    };

    private bool TryPaste(out Key key)
    {
        int end = Waiting[_searched..].IndexOf(PasteEnd);
        if (end < 0)
        {
            _searched = Math.Max(0, _end - _start - PasteEnd.Length);
            key = default;
            return false;
        }

        end += _searched;
        string text = Encoding.UTF8.GetString(Waiting[..end]);
        _start += end + PasteEnd.Length;
        _pasting = false;
        key = new Key(KeyKind.Paste, text.ReplaceLineEndings("\n"));
        return true;
    }
}
