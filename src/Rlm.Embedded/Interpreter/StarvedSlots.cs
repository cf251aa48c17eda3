using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Comparing or hashing structures that share their parts can take for ever without allocating and without looking for signals.
/// While a thread is being starved, the comparisons and hashes of the builtin containers look for the request themselves.
/// In ordinary times the types are as CPython made them.
/// </summary>
internal static unsafe class StarvedSlots
{
    private static readonly Slots[] s_slots = new Slots[3];

    /// <summary>Remembers the containers' own slots. Called once.</summary>
    public static void Prepare()
    {
        s_slots[0] = new Slots(PyTuple_Type);
        s_slots[1] = new Slots(PyList_Type);
        s_slots[2] = new Slots(PyDict_Type);
    }

    /// <summary>Lays the looking slots over the types, or takes them off. Needs no GIL: each is one word.</summary>
    public static void Set(bool on)
    {
        foreach (Slots slots in s_slots)
        {
            if (slots.Type != null)
            {
                slots.Type->Compare = on ? &OnCompare : slots.Compare;
            }
        }

        if (s_slots[0].Type != null)
        {
            s_slots[0].Type->Hash = on ? &OnHash : s_slots[0].Hash;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnCompare(PyObject* left, PyObject* right, int operation) => Callback.Run(&Compare, left, right, operation);

    private static PyObject* Compare(PyObject* left, PyObject* right, int operation)
    {
        // A class made meanwhile may have taken this function over: it works at any time.
        nuint flags = left->Type->Flags;
        int kind = (flags & PyTypeObject.TupleSubclass) != 0 ? 0 : (flags & PyTypeObject.ListSubclass) != 0 ? 1 : 2;
        return Interrupts.RaiseIfRequested() ? null : s_slots[kind].Compare(left, right, operation);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnHash(PyObject* value) => Callback.Run(&Hash, value);

    private static nint Hash(PyObject* value) => Interrupts.RaiseIfRequested() ? -1 : s_slots[0].Hash(value);

    private readonly struct Slots(PyTypeObject* type)
    {
        public readonly PyTypeObject* Type = type;
        public readonly delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int, PyObject*> Compare = type->Compare;
        public readonly delegate* unmanaged[Cdecl]<PyObject*, nint> Hash = type->Hash;
    }
}
