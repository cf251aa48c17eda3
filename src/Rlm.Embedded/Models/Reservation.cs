namespace Rlm.Embedded.Models;

/// <summary>What a call in flight is expected to take.</summary>
/// <param name="Input">Its input, in tokens.</param>
/// <param name="Tokens">Input and output.</param>
/// <param name="Cost">US dollars, as far as the price is known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Reservation(long Input, long Tokens, decimal Cost);
