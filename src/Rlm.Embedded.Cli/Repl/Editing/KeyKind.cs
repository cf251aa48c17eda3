namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>What a key asks for.</summary>
internal enum KeyKind
{
    /// <summary>A key that means nothing here.</summary>
    Nothing,
    Text,
    Paste,
    Enter,
    NewLine,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    WordLeft,
    WordRight,
    Home,
    End,
    EraseWordLeft,
    EraseWordRight,
    EraseToStart,
    EraseToEnd,
    PutBack,
    Redraw,
    Search,
    Interrupt,
    EndOfInput,
    Suspend,
    Escape,
}
