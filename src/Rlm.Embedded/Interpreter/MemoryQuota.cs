using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Counts what each Python thread takes from CPython's allocators and refuses it more than its quota: the code then meets MemoryError.
/// Objects over 512 bytes go through the RAW domain, small ones come from arenas, so the hooks run seldom.
/// The same hooks, laid over the object domain for a moment, make every allocation of one thread fail: the last way to end a loop in C.
/// Only functions are still made then, and past the quota: where CPython 3.12 and 3.13 cannot allocate one they give its code object
/// back twice. The cell that does so is asked to end instead.
/// </summary>
internal static unsafe class MemoryQuota
{
    private const int RawDomain = 0;
    private const int ObjectDomain = 2;

    // Keeps the alignment of malloc; holds size and owner.
    private const nuint HeaderBytes = 16;
    private const long Grace = 2 << 20;
    private const int OwnersMax = 1 << 16;

    private static readonly long* s_used = (long*)NativeMemory.AllocZeroed(OwnersMax, sizeof(long));
    private static readonly long* s_limit = (long*)NativeMemory.AllocZeroed(OwnersMax, sizeof(long));
    private static readonly int* s_tenancy = (int*)NativeMemory.AllocZeroed(OwnersMax, sizeof(int));
    private static readonly Lock s_lock = new();
    private static readonly Stack<int> s_free = [];
    private static readonly Dictionary<nint, Account> s_arenaOwners = [];
    private static delegate* unmanaged[Cdecl]<int, Allocator*, void> s_setAllocator;
    private static ArenaAllocator s_arena;
    private static Allocator s_object;
    private static nuint s_functionBytes;
    private static int s_starved;
    private static int s_watched;
    private static int s_nextOwner = 1;
    private static bool s_installed;

    [ThreadStatic]
    private static Account t_owner;

    [ThreadStatic]
    private static InterruptTarget? t_target;

    [ThreadStatic]
    private static bool t_isFunction;

    /// <summary>Puts the hooks in place. Called once, after loading libpython and before it is initialised.</summary>
    public static void Install(nint library)
    {
        s_setAllocator = (delegate* unmanaged[Cdecl]<int, Allocator*, void>)NativeLibrary.GetExport(library, "PyMem_SetAllocator");
        Allocator raw = new()
        {
            Malloc = &OnMalloc,
            Calloc = &OnCalloc,
            Realloc = &OnRealloc,
            Free = &OnFree,
        };
        s_setAllocator(RawDomain, &raw);
        ((delegate* unmanaged[Cdecl]<ArenaAllocator*, void>)NativeLibrary.GetExport(library, "PyObject_GetArenaAllocator"))(Pointer(ref s_arena));
        ArenaAllocator arena = new() { Alloc = &OnArenaAlloc, Free = &OnArenaFree };
        ((delegate* unmanaged[Cdecl]<ArenaAllocator*, void>)NativeLibrary.GetExport(library, "PyObject_SetArenaAllocator"))(&arena);
        ((delegate* unmanaged[Cdecl]<int, Allocator*, void>)NativeLibrary.GetExport(library, "PyMem_GetAllocator"))(ObjectDomain, Pointer(ref s_object));
        const int GcHeadBytes = 16;
        s_functionBytes = (nuint)CApi.PyFunction_Type->BasicSize + GcHeadBytes;
        s_installed = true;
    }

    /// <summary>Makes the calling thread the owner of what it allocates from now on.</summary>
    /// <param name="limit">Bytes it may hold at once, or null for no limit.</param>
    /// <param name="target">Told when the limit is met.</param>
    /// <returns>The account, to be closed by <see cref="Close"/>.</returns>
    /// <exception cref="RlmException">65,535 accounts are open.</exception>
    public static Account Open(long? limit, InterruptTarget target)
    {
        int owner;
        lock (s_lock)
        {
            owner = s_free.TryPop(out int freed) ? freed
                : s_nextOwner < OwnersMax ? s_nextOwner++
                : throw new RlmException($"{OwnersMax - 1:N0} sessions are open; close some before opening another.");
        }

        s_used[owner] = 0;
        s_limit[owner] = limit ?? 0;
        t_owner = new Account(owner, s_tenancy[owner]);
        t_target = target;
        return t_owner;
    }

    /// <summary>Ends an account on the thread that opened it. Blocks that live on are nobody's.</summary>
    public static void Close(Account account)
    {
        t_owner = default;
        t_target = null;
        lock (s_lock)
        {
            // Blocks that still name the old tenancy are not taken off the next one.
            s_tenancy[account.Owner]++;
            s_free.Push(account.Owner);
        }
    }

    /// <summary>
    /// Sets the limit for one run. A session that is full already gets a little more, so that the next cell can run and free something;
    /// never more than an eighth over its quota.
    /// </summary>
    public static void Renew(Account account, long? quota)
    {
        long most = quota ?? 0;
        s_limit[account.Owner] = most == 0 ? 0 : Math.Max(most, Math.Min(Volatile.Read(ref s_used[account.Owner]) + Grace, most + (most / 8)));
    }

    /// <summary>Bytes an account may still take; <see cref="long.MaxValue"/> without a limit.</summary>
    public static long Left(Account account) =>
        s_limit[account.Owner] == 0 ? long.MaxValue : Math.Max(s_limit[account.Owner] - Volatile.Read(ref s_used[account.Owner]), 0);

    /// <summary>True where less than an eighth of an account's quota is left.</summary>
    public static bool IsFull(Account account) => Left(account) < s_limit[account.Owner] / 8;

    /// <summary>From now on (or no longer) every allocation of a thread with this request fails. The watchdog calls it; needs no GIL.</summary>
    public static void FailAll(bool on)
    {
        if (!s_installed)
        {
            return;
        }

        lock (s_lock)
        {
            s_starved += on ? 1 : -1;
            StarvedSlots.Set(s_starved > 0);
            WatchObjects(on);
        }
    }

    /// <summary>From now on (or no longer) functions of a thread at its quota are told from other objects. Needs no GIL.</summary>
    public static void WatchObjects(bool on)
    {
        lock (s_lock)
        {
            s_watched += on ? 1 : -1;
            if (on && s_watched == 1)
            {
                // The context word stays as it was, so a thread that reads the old and the new half meets no mismatch.
                Allocator watching = s_object;
                watching.Malloc = &OnObjectMalloc;
                watching.Calloc = &OnObjectCalloc;
                watching.Realloc = &OnObjectRealloc;
                s_setAllocator(ObjectDomain, &watching);
            }
            else if (s_watched == 0)
            {
                Allocator plain = s_object;
                s_setAllocator(ObjectDomain, &plain);
            }
        }
    }

    private static T* Pointer<T>(ref T field)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref field);

    private static bool Take(nuint size, Account account, bool isArena = false)
    {
        int owner = account.Owner;
        if (owner == 0)
        {
            return true;
        }

        long used = Interlocked.Add(ref s_used[owner], (long)size);
        long limit = s_limit[owner];
        long reserve = limit / 8;
        InterruptTarget? target = t_target;
        bool isOver = limit > 0 && used > limit && !(used < limit + reserve && target is { IsDeep: true });
        if (!isOver && target is not { FailAllocations: true })
        {
            return true;
        }

        if (isArena && (limit == 0 || used - limit < reserve) && target is not null && (t_isFunction || target.WatchObjects()))
        {
            if (t_isFunction && isOver)
            {
                target.NoteMemory();
                target.RequestHere(InterruptReason.Memory);
            }

            return true;
        }

        Interlocked.Add(ref s_used[owner], -(long)size);
        target?.NoteMemory();
        return false;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnMalloc(void* context, nuint size)
    {
        Account owner = t_owner;
        if (size > nuint.MaxValue - HeaderBytes || !Take(size, owner))
        {
            return null;
        }

        return Mark(TryAllocate(size + HeaderBytes, zeroed: false), size, owner);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnCalloc(void* context, nuint count, nuint size)
    {
        Account owner = t_owner;
        UInt128 total = (UInt128)count * size;
        if (total > long.MaxValue || !Take((nuint)total, owner))
        {
            return null;
        }

        return Mark(TryAllocate((nuint)total + HeaderBytes, zeroed: true), (nuint)total, owner);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnRealloc(void* context, void* block, nuint size)
    {
        Account owner = t_owner;
        if (size > long.MaxValue)
        {
            return null;
        }

        if (block == null)
        {
            return Take(size, owner) ? Mark(TryAllocate(size + HeaderBytes, zeroed: false), size, owner) : null;
        }

        byte* head = (byte*)block - HeaderBytes;
        nuint before = *(nuint*)head;
        Account ownerBefore = *(Account*)(head + 8);
        if (size > before && ownerBefore == owner && !Take(size - before, owner))
        {
            return null;
        }

        if (ownerBefore != owner && !Take(size, owner))
        {
            return null;
        }

        byte* moved = TryReallocate(head, size + HeaderBytes);
        if (moved == null)
        {
            Give(ownerBefore == owner ? size > before ? size - before : 0 : size, owner);
            return null;
        }

        if (ownerBefore != owner)
        {
            Give(before, ownerBefore);
        }
        else if (size < before)
        {
            Give(before - size, owner);
        }

        *(nuint*)moved = size;
        *(Account*)(moved + 8) = owner;
        return moved + HeaderBytes;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFree(void* context, void* block)
    {
        if (block == null)
        {
            return;
        }

        byte* head = (byte*)block - HeaderBytes;
        Give(*(nuint*)head, *(Account*)(head + 8));
        NativeMemory.Free(head);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnArenaAlloc(void* context, nuint size)
    {
        Account owner = t_owner;
        if (!Take(size, owner, isArena: true))
        {
            return null;
        }

        void* arena = s_arena.Alloc(s_arena.Context, size);
        if (arena == null)
        {
            Give(size, owner);
        }
        else if (owner.Owner != 0)
        {
            lock (s_lock)
            {
                s_arenaOwners[(nint)arena] = owner;
            }
        }

        return arena;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnArenaFree(void* context, void* arena, nuint size)
    {
        lock (s_lock)
        {
            if (s_arenaOwners.Remove((nint)arena, out Account owner))
            {
                Give(size, owner);
            }
        }

        s_arena.Free(s_arena.Context, arena, size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectMalloc(void* context, nuint size)
    {
        bool isFunction = size == s_functionBytes;
        if (!isFunction && t_target is { FailAllocations: true })
        {
            return null;
        }

        t_isFunction = isFunction;
        void* block = s_object.Malloc(context, size);
        t_isFunction = false;
        return block;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectCalloc(void* context, nuint count, nuint size) =>
        t_target is { FailAllocations: true } ? null : s_object.Calloc(context, count, size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectRealloc(void* context, void* block, nuint size) =>
        t_target is { FailAllocations: true } ? null : s_object.Realloc(context, block, size);

    private static byte* TryAllocate(nuint size, bool zeroed)
    {
        try
        {
            return (byte*)(zeroed ? NativeMemory.AllocZeroed(size) : NativeMemory.Alloc(size));
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private static byte* TryReallocate(byte* block, nuint size)
    {
        try
        {
            return (byte*)NativeMemory.Realloc(block, size);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private static void* Mark(byte* head, nuint size, Account owner)
    {
        if (head == null)
        {
            Give(size, owner);
            return null;
        }

        *(nuint*)head = size;
        *(Account*)(head + 8) = owner;
        return head + HeaderBytes;
    }

    private static void Give(nuint size, Account account)
    {
        if (account.Owner != 0 && account.Tenancy == Volatile.Read(ref s_tenancy[account.Owner]))
        {
            Interlocked.Add(ref s_used[account.Owner], -(long)size);
        }
    }

    /// <summary>Who pays for a block. Stands in the head of every block.</summary>
    /// <param name="Owner">Number of the account; 0 for nobody.</param>
    /// <param name="Tenancy">Which of the account's successive owners.</param>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Account(int Owner, int Tenancy);

    /// <summary>PyMemAllocatorEx.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Allocator
    {
        public void* Context;
        public delegate* unmanaged[Cdecl]<void*, nuint, void*> Malloc;
        public delegate* unmanaged[Cdecl]<void*, nuint, nuint, void*> Calloc;
        public delegate* unmanaged[Cdecl]<void*, void*, nuint, void*> Realloc;
        public delegate* unmanaged[Cdecl]<void*, void*, void> Free;
    }

    /// <summary>PyObjectArenaAllocator.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ArenaAllocator
    {
        public void* Context;
        public delegate* unmanaged[Cdecl]<void*, nuint, void*> Alloc;
        public delegate* unmanaged[Cdecl]<void*, void*, nuint, void> Free;
    }
}
