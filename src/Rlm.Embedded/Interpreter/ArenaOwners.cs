namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Which account pays for an arena of CPython's. It is asked when memory is short, so it takes all it needs when it is made, outside the heap of .NET: a table
/// with open addressing, at most half full. Pages of it that nobody uses cost nothing. Not thread-safe: arenas come and go with the GIL held.
/// </summary>
/// <param name="most">How many arenas it can hold; a power of two. CPython's have 1 MiB.</param>
internal sealed unsafe class ArenaOwners(int most)
{
    private readonly int _mask = (2 * most) - 1;
    private readonly Entry* _entries = (Entry*)NativeMemory.AllocZeroed((nuint)(2 * most), (nuint)sizeof(Entry));
    private int _count;

    /// <summary>Notes the owner of an arena. False where the table is full.</summary>
    public bool TryAdd(nint arena, MemoryQuota.Account owner)
    {
        if (_count == most)
        {
            return false;
        }

        _count++;
        _entries[Find(arena)] = new Entry(arena, owner);
        return true;
    }

    /// <summary>Forgets an arena. False where it is nobody's.</summary>
    public bool Remove(nint arena, out MemoryQuota.Account owner)
    {
        int hole = Find(arena);
        owner = _entries[hole].Owner;
        if (_entries[hole].Arena == 0)
        {
            return false;
        }

        // Those behind it move up, unless they stand before their place then: no search meets a hole on its way.
        for (int at = (hole + 1) & _mask; _entries[at].Arena != 0; at = (at + 1) & _mask)
        {
            if (((at - Place(_entries[at].Arena)) & _mask) >= ((at - hole) & _mask))
            {
                _entries[hole] = _entries[at];
                hole = at;
            }
        }

        _entries[hole] = default;
        _count--;
        return true;
    }

    private int Find(nint arena)
    {
        int at = Place(arena);
        while (_entries[at].Arena != 0 && _entries[at].Arena != arena)
        {
            at = (at + 1) & _mask;
        }

        return at;
    }

    // Pages differ in the bits from the twelfth on; Fibonacci hashing spreads them.
    private int Place(nint arena) => (int)((((ulong)arena >> 12) * 0x9E37_79B9_7F4A_7C15) >> 40) & _mask;

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Entry(nint Arena, MemoryQuota.Account Owner);
}
