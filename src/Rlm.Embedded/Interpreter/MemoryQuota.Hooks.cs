using System.Runtime.CompilerServices;

namespace Rlm.Embedded.Interpreter;

/// <content>
/// What CPython calls: its allocators, with a head before every block of the RAW domain that says how large it is and whose. They run when memory is short:
/// nothing in them allocates on the heap of .NET.
/// </content>
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

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnMalloc(void* context, nuint size)
    {
        try
        {
            Account owner = t_owner;
            return size <= nuint.MaxValue - HeaderBytes && Take(size, owner) ? Mark((byte*)s_raw.Malloc(s_raw.Context, size + HeaderBytes), size, owner) : null;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnCalloc(void* context, nuint count, nuint size)
    {
        try
        {
            Account owner = t_owner;
            UInt128 total = (UInt128)count * size;
            return total <= long.MaxValue && Take((nuint)total, owner)
                ? Mark((byte*)s_raw.Calloc(s_raw.Context, 1, (nuint)total + HeaderBytes), (nuint)total, owner)
                : null;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnRealloc(void* context, void* block, nuint size)
    {
        try
        {
            Account owner = t_owner;
            return size > long.MaxValue ? null
                : block != null ? Resize((byte*)block - HeaderBytes, size, owner)
                : Take(size, owner) ? Mark((byte*)s_raw.Malloc(s_raw.Context, size + HeaderBytes), size, owner)
                : null;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFree(void* context, void* block)
    {
        try
        {
            FreeRaw(block);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnArenaAlloc(void* context, nuint size)
    {
        try
        {
            Account owner = t_owner;
            if (!Take(size, owner, isArena: true))
            {
                return null;
            }

            void* arena = s_arena.Alloc(s_arena.Context, size);
            if (arena != null && (owner.Owner == 0 || s_arenaOwners.TryAdd((nint)arena, owner)))
            {
                return arena;
            }

            Give(size, owner);
            if (arena != null)
            {
                s_arena.Free(s_arena.Context, arena, size);
            }

            return null;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnArenaFree(void* context, void* arena, nuint size)
    {
        try
        {
            if (s_arenaOwners.Remove((nint)arena, out Account owner))
            {
                Give(size, owner);
            }

            s_arena.Free(s_arena.Context, arena, size);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectMalloc(void* context, nuint size)
    {
        try
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
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectCalloc(void* context, nuint count, nuint size)
    {
        try
        {
            return t_target?.TakeRefusal() is true ? null : s_object.Calloc(context, count, size);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* OnObjectRealloc(void* context, void* block, nuint size)
    {
        try
        {
            return t_target?.TakeRefusal() is true ? null : s_object.Realloc(context, block, size);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>Frees a block that one of them gave, or null. Any thread.</summary>
    public static void FreeRaw(void* block)
    {
        if (block == null)
        {
            return;
        }

        byte* head = (byte*)block - HeaderBytes;
        Give(*(nuint*)head, *(Account*)(head + 8));
        s_raw.Free(s_raw.Context, head);
    }

    /// <summary>No memory: there is nobody to tell, for an allocator may run without the GIL.</summary>
    public static void* Fail(Exception exception)
    {
        Faults.Note(exception);
        return null;
    }

    private static void* Resize(byte* head, nuint size, Account owner)
    {
        nuint before = *(nuint*)head;
        Account ownerBefore = *(Account*)(head + 8);
        nuint more = ownerBefore != owner ? size : size > before ? size - before : 0;
        if (more > 0 && !Take(more, owner))
        {
            return null;
        }

        byte* moved = (byte*)s_raw.Realloc(s_raw.Context, head, size + HeaderBytes);
        if (moved == null)
        {
            Give(more, owner);
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
