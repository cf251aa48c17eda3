using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Tests.Interpreter;
using Shouldly;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>CPython's allocators, as the engine lays them: they run when memory is short, so they take none of .NET's.</summary>
[Category("Interpreter")]
public sealed unsafe class AllocatorTests
{
    private const int Rounds = 2_000;
    private const int ArenaBytes = 1 << 20;
    private const long Quota = 64 << 20;

    [Test]
    public void Raw_WithinAndPastTheQuota_AllocatesNothingOfNet() => Measured((raw, _, _) =>
    {
        for (int i = 0; i < Rounds; i++)
        {
            void* block = raw.Malloc(raw.Context, 100);
            block = raw.Realloc(raw.Context, block, 5_000);
            block = raw.Realloc(raw.Context, block, 10);
            raw.Free(raw.Context, block);
            raw.Free(raw.Context, raw.Calloc(raw.Context, 3, 100));
            if (raw.Malloc(raw.Context, (nuint)Quota * 2) != null || raw.Malloc(raw.Context, nuint.MaxValue) != null || raw.Calloc(raw.Context, nuint.MaxValue, 2) != null)
            {
                return "it gave more than the quota";
            }
        }

        return "";
    });

    [Test]
    public void Raw_OfTheMachineItself_RefusesWithoutAnException() => Measured((raw, _, _) =>
    {
        // Nobody's account: only the C library refuses, which .NET's own allocator would tell by an exception.
        for (int i = 0; i < Rounds; i++)
        {
            if (raw.Malloc(raw.Context, (nuint)1 << 60) != null || raw.Calloc(raw.Context, 1, (nuint)1 << 60) != null)
            {
                return "it gave an exbibyte";
            }
        }

        return "";
    }, quota: null);

    [Test]
    public void Arena_WithinAndPastTheQuota_AllocatesNothingOfNet() => Measured((_, arenas, _) =>
    {
        void** taken = stackalloc void*[100];
        for (int round = 0; round < 20; round++)
        {
            int count = 0;
            while (count < 100 && (taken[count] = arenas.Alloc(arenas.Context, ArenaBytes)) != null)
            {
                count++;
            }

            if (count is 0 or 100)
            {
                return $"the quota gave {count} arenas";
            }

            while (count > 0)
            {
                arenas.Free(arenas.Context, taken[--count], ArenaBytes);
            }
        }

        return "";
    });

    [Test]
    public void Objects_OfAThreadThatIsStarved_FailWithoutAllocating() => Measured((_, _, target) =>
    {
        var malloc = (delegate* unmanaged[Cdecl]<nuint, void*>)NativeLibrary.GetExport(PythonRuntime.Current!.Library, "PyObject_Malloc");
        var free = (delegate* unmanaged[Cdecl]<void*, void>)NativeLibrary.GetExport(PythonRuntime.Current.Library, "PyObject_Free");
        long before = GC.GetAllocatedBytesForCurrentThread();
        int refused = 0;
        int given = 0;
        for (int i = 0; i < Rounds; i++)
        {
            int run = target.Begin(null);
            target.StarveOfMemory(run);
            refused += malloc(24) == null ? 1 : 0;
            void* block = malloc(24);
            given += block != null ? 1 : 0;
            free(block);
            target.End();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (refused, given, allocated) == (Rounds, Rounds, 0) ? "" : $"refused {refused}, given {given}, allocated {allocated}";
    });

    [Test]
    public void Owners_AnyOrderOfArenas_AreFoundAgain()
    {
        var operation = from add in ArbMap.Default.GeneratorFor<bool>()
                        from page in Gen.Choose(1, 40)
                        from owner in Gen.Choose(1, 1_000)
                        select (Add: add, Arena: (nint)page << 20, Owner: owner);
        Prop.ForAll(operation.ListOf().ToArbitrary(), operations =>
        {
            ArenaOwners owners = new(32);
            Dictionary<nint, MemoryQuota.Account> model = [];
            foreach ((bool add, nint arena, int number) in operations)
            {
                MemoryQuota.Account owner = new(number, 0);
                if (add && !model.ContainsKey(arena))
                {
                    owners.TryAdd(arena, owner).ShouldBe(model.Count < 32);
                    _ = model.Count < 32 && model.TryAdd(arena, owner);
                }
                else if (!add)
                {
                    owners.Remove(arena, out MemoryQuota.Account found).ShouldBe(model.Remove(arena, out MemoryQuota.Account expected));
                    found.ShouldBe(expected);
                }
            }

            foreach ((nint arena, MemoryQuota.Account owner) in model)
            {
                owners.Remove(arena, out MemoryQuota.Account found).ShouldBeTrue();
                found.ShouldBe(owner);
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static void Measured(Func<Allocator, ArenaAllocator, InterruptTarget, string> use, long? quota = Quota) => OnPython.Run(() =>
    {
        nint library = PythonRuntime.Current!.Library;
        Allocator raw;
        ArenaAllocator arenas;
        ((delegate* unmanaged[Cdecl]<int, Allocator*, void>)NativeLibrary.GetExport(library, "PyMem_GetAllocator"))(0, &raw);
        ((delegate* unmanaged[Cdecl]<ArenaAllocator*, void>)NativeLibrary.GetExport(library, "PyObject_GetArenaAllocator"))(&arenas);
        InterruptTarget target = PythonThread.Current!.Interrupts;
        MemoryQuota.Account account = MemoryQuota.Open(quota, target);
        try
        {
            use(raw, arenas, target).ShouldBe("");
            long before = GC.GetAllocatedBytesForCurrentThread();
            string outcome = use(raw, arenas, target);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            outcome.ShouldBe("");
            allocated.ShouldBe(0);
            quota?.ShouldBe(MemoryQuota.Left(account));
        }
        finally
        {
            MemoryQuota.Close(account);
        }
    });

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
