using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Counts what NumPy takes for the data of its arrays, which goes past CPython's allocators, by NumPy's own hook (NEP 49). An array keeps the
/// handler it was made with, so there is one for the whole process; who pays is the session of the thread that asks.
/// </summary>
internal static unsafe class ArrayMemory
{
    // Places in the table that `_ARRAY_API` leads to; they never change (numpy/core/code_generators/numpy_api.py).
    private const int FeatureVersion = 211;
    private const int SetHandler = 304;

    // NumPy 1.22, the first with the hook.
    private const uint FirstWithHandlers = 0xf;

    private static PyObject* s_handler;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> s_setHandler;

    /// <summary>True once NumPy is loaded and its arrays can be counted.</summary>
    public static bool IsHooked => s_handler != null;

    /// <summary>Learns where NumPy is. Needs the GIL.</summary>
    /// <param name="table">The capsule <c>_ARRAY_API</c>.</param>
    public static void Hook(PyObject* table)
    {
        void** functions = (void**)PyCapsule_GetPointer(table, null);
        if (functions == null)
        {
            throw PythonError.TakeAsException();
        }

        if (s_handler != null || ((delegate* unmanaged[Cdecl]<uint>)functions[FeatureVersion])() < FirstWithHandlers)
        {
            return;
        }

        s_setHandler = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)functions[SetHandler];

        // Arrays may outlive every session: never freed.
        Handler* handler = (Handler*)NativeMemory.AllocZeroed((nuint)sizeof(Handler));
        "rlm"u8.CopyTo(new Span<byte>(handler->Name, 127));
        handler->Version = 1;
        handler->Malloc = MemoryQuota.RawMalloc;
        handler->Calloc = MemoryQuota.RawCalloc;
        handler->Realloc = MemoryQuota.RawRealloc;
        handler->Free = &OnFree;
        s_handler = PythonError.Check(PyCapsule_New(handler, NativeText.Keep("mem_handler"), 0));
    }

    /// <summary>From now on what is made in the current context (PEP 567) is counted. Needs the GIL.</summary>
    public static void CountInThisContext()
    {
        using Owned before = new(PythonError.Check(s_setHandler(s_handler)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFree(void* context, void* block, nuint size)
    {
        try
        {
            MemoryQuota.FreeRaw(block);
        }
        catch (Exception exception)
        {
            MemoryQuota.Fail(exception);
        }
    }

    /// <summary>PyDataMem_Handler.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Handler
    {
        public fixed byte Name[127];
        public byte Version;
        public void* Context;
        public delegate* unmanaged[Cdecl]<void*, nuint, void*> Malloc;
        public delegate* unmanaged[Cdecl]<void*, nuint, nuint, void*> Calloc;
        public delegate* unmanaged[Cdecl]<void*, void*, nuint, void*> Realloc;
        public delegate* unmanaged[Cdecl]<void*, void*, nuint, void> Free;
    }
}
