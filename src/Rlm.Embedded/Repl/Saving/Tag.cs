namespace Rlm.Embedded.Repl.Saving;

/// <summary>What a value in a file of variables begins with. The format is described in docs/sessions.md.</summary>
internal enum Tag : byte
{
    None = (byte)'N',
    True = (byte)'T',
    False = (byte)'F',
    Int = (byte)'I',
    Float = (byte)'D',
    Text = (byte)'S',
    Bytes = (byte)'B',
    List = (byte)'L',
    Tuple = (byte)'U',
    Dict = (byte)'M',
    Set = (byte)'E',
    FrozenSet = (byte)'Z',
    Reference = (byte)'R',
}
