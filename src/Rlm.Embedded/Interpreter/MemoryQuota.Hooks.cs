using System.Runtime.CompilerServices;

namespace Rlm.Embedded.Interpreter;

/// <content>What CPython calls: its allocators, with a head before every block of the RAW domain that says how large it is and whose.</content>
internal static unsafe partial class MemoryQuota
{
    // Keeps the alignment of malloc; holds size and owner.
    private const nuint HeaderBytes = 16;

    /// <summary>The RAW domain's functions, for others whose blocks are to be counted alike.</summary>
    public static delegate* unmanaged[Cdecl]<void*, nuint, void*> RawMalloc => &OnMalloc;

    /// <inheritdoc cref="RawMalloc"/>
    public static delegate* unmanaged[Cdecl]<void*, nuint, nuint, void*> RawCalloc => &OnCalloc;

    /// <inheritdoc cref="RawMalloc"/>
    public static delegate* unmanaged[Cdecl]<void*, void*, nuint, void*> RawRealloc => &OnRealloc;

    /// <summary>Frees a block that one of them gave, or null. Any thread.</summary>
    public static void FreeRaw(void* block)
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
    private static void OnFree(void* context, void* block) => FreeRaw(block);

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
        if (!isFunction && t_target?.TakeRefusal() is true)
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
        t_target?.TakeRefusal() is true ? null : s_object.Calloc(context, count, size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectRealloc(void* context, void* block, nuint size) =>
        t_target?.TakeRefusal() is true ? null : s_object.Realloc(context, block, size);

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
