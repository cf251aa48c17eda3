using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Counts what each Python thread takes from CPython's allocators and refuses it more than its quota: the code then meets MemoryError.
/// Objects over 512 bytes go through the RAW domain, small ones come from arenas, so the hooks run seldom.
/// The same hooks, laid over the object domain for a moment, make an allocation of one thread fail: the last way to end a loop in C.
/// Only functions are still made then, and past the quota: where CPython 3.12 and 3.13 cannot allocate one they give its code object
/// back twice. The cell that does so is asked to end instead.
/// </summary>
internal static unsafe partial class MemoryQuota
{
    private const int RawDomain = 0;
    private const int ObjectDomain = 2;

    private const long Grace = 2 << 20;
    private const int OwnersMax = 1 << 16;
    private const int ArenasMax = 1 << 17; // 128 GiB

    private static readonly long* s_used = (long*)NativeMemory.AllocZeroed(OwnersMax, sizeof(long));
    private static readonly long* s_limit = (long*)NativeMemory.AllocZeroed(OwnersMax, sizeof(long));
    private static readonly int* s_tenancy = (int*)NativeMemory.AllocZeroed(OwnersMax, sizeof(int));
    private static readonly Lock s_accountLock = new();
    private static readonly Stack<int> s_free = [];
    private static readonly ArenaOwners s_arenaOwners = new(ArenasMax);

    // Held for a few words only: the allocators ask for it.
    private static readonly Lock s_hookLock = new();
    private static delegate* unmanaged[Cdecl]<int, Allocator*, void> s_setAllocator;
    private static ArenaAllocator s_arena;
    private static Allocator s_raw;
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
        var getAllocator = (delegate* unmanaged[Cdecl]<int, Allocator*, void>)NativeLibrary.GetExport(library, "PyMem_GetAllocator");
        getAllocator(RawDomain, Pointer(ref s_raw));
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
        getAllocator(ObjectDomain, Pointer(ref s_object));
        const int GcHeadBytes = 16;
        s_functionBytes = (nuint)CApi.PyFunction_Type->BasicSize + GcHeadBytes;
        s_installed = true;
    }

    /// <summary>Whether an allocation past a quota was seen to fail, and one within it not; null before it was tried.</summary>
    public static bool? IsProven { get; private set; }

    /// <summary>Tries once whether a quota holds on the calling thread, which has no account. With the GIL.</summary>
    public static void Prove(InterruptTarget target)
    {
        if (IsProven is not null)
        {
            return;
        }

        Account account = Open(Grace, target);
        void* over = CApi.PyMem_RawMalloc((nuint)Grace + 1);
        void* within = CApi.PyMem_RawMalloc((nuint)Grace / 2);
        IsProven = over == null && within != null && Left(account) == Grace - (Grace / 2);
        CApi.PyMem_RawFree(over);
        CApi.PyMem_RawFree(within);
        Close(account);
    }

    /// <summary>Makes the calling thread the owner of what it allocates from now on.</summary>
    /// <param name="limit">Bytes it may hold at once, or null for no limit.</param>
    /// <param name="target">Told when the limit is met.</param>
    /// <returns>The account, to be closed by <see cref="Close"/>.</returns>
    /// <exception cref="RlmException">65,535 accounts are open.</exception>
    public static Account Open(long? limit, InterruptTarget target)
    {
        int owner;
        lock (s_accountLock)
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
        lock (s_accountLock)
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

    /// <summary>From now on (or no longer) a thread is to be refused an allocation. Needs no GIL.</summary>
    public static void Starve(bool on)
    {
        if (!s_installed)
        {
            return;
        }

        lock (s_hookLock)
        {
            s_starved += on ? 1 : -1;
            StarvedSlots.Set(s_starved > 0);
            WatchObjects(on);
        }
    }

    /// <summary>From now on (or no longer) functions of a thread at its quota are told from other objects. Needs no GIL.</summary>
    public static void WatchObjects(bool on)
    {
        lock (s_hookLock)
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
        bool isFunction = isArena && t_isFunction;
        if (!isOver && (isFunction || target?.TakeRefusal() is not true))
        {
            return true;
        }

        if (isOver && isArena && used - limit < reserve && target is not null && (isFunction || target.WatchObjects()))
        {
            if (isFunction)
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

    private static void Give(nuint size, Account account)
    {
        if (account.Owner != 0 && account.Tenancy == Volatile.Read(ref s_tenancy[account.Owner]))
        {
            Interlocked.Add(ref s_used[account.Owner], -(long)size);
        }
    }

    /// <summary>A stretch in which what the calling thread allocates is nobody's: what the host gives a session is not on its account.</summary>
    public readonly ref struct Uncounted
    {
        private readonly Account _owner;

        public Uncounted()
        {
            _owner = t_owner;
            t_owner = default;
        }

        public void Dispose() => t_owner = _owner;
    }

    /// <summary>Who pays for a block. Stands in the head of every block.</summary>
    /// <param name="Owner">Number of the account; 0 for nobody.</param>
    /// <param name="Tenancy">Which of the account's successive owners.</param>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Account(int Owner, int Tenancy);
}
