namespace Rlm.Embedded.Interpreter;

/// <summary>
/// The last defects of this library that a call from CPython ran into: who was called so has nobody to throw to. Shown by <see cref="EngineInfo.Faults"/>.
/// Thread-safe; reading them makes the texts, for a confined thread may not load what they are made of.
/// </summary>
internal static class Faults
{
    private const int Kept = 16;

    private static readonly Exception?[] s_last = new Exception?[Kept];
    private static uint s_count;

    /// <summary>The last ones, oldest first.</summary>
    public static IReadOnlyList<string> Last
    {
        get
        {
            uint count = Volatile.Read(ref s_count);
            List<string> texts = [];
            for (uint i = count > Kept ? count - Kept : 0; i < count; i++)
            {
                if (Volatile.Read(ref s_last[i % Kept]) is { } fault)
                {
                    texts.Add(fault.ToString());
                }
            }

            return texts;
        }
    }

    /// <summary>Notes one.</summary>
    public static void Note(Exception fault) => Volatile.Write(ref s_last[(Interlocked.Increment(ref s_count) - 1) % Kept], fault);
}
