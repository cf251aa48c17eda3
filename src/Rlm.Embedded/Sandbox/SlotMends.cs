using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Slots of types that go on with memory which a session's <c>__index__</c>, <c>__hash__</c> or <c>__eq__</c>, called from within, has freed:
/// here the memory is held, or the value asked, before CPython's own slot runs. What can be mended in Python is, in type_mends.py.
/// </summary>
internal static unsafe class SlotMends
{
    // PyWrapperDescrObject: PyDescrObject (five words), d_base, d_wrapped.
    private const int WrappedAt = 48;
    private const int PyObjectBytes = 16;

    [ThreadStatic]
    private static uint* t_spareFlags;

    private static delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> s_newSignals;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> s_initialiseSignals;
    private static delegate* unmanaged[Cdecl]<PyObject*, nint> s_hash;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> s_contains;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> s_remainder;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> s_subscript;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> s_assign;

    public static readonly HostFunction Memoryview = new("mend_memoryview", &OnMemoryview, "Holds a memoryview while what it shows is hashed.");
    public static readonly HostFunction Bytearray = new("mend_bytearray", &OnBytearray, "Holds a bytearray while it is searched or formatted.");
    public static readonly HostFunction Element = new("mend_element", &OnElement, "Asks for the numbers of a slice before an XML element is looked at.");
    public static readonly HostFunction Signals = new("mend_signals", &OnSignals, "Gives the flags of a decimal context that are nobody's a place of their own.");
    public static readonly HostFunction Seal = new("seal", &OnSeal, "Lets no session inherit from a class, nor, where the second argument is false, anybody make instances.");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnMemoryview(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&MendMemoryview, self, arguments, count, names);

    private static PyObject* MendMemoryview(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        s_hash = PyMemoryView_Type->Hash;
        PyMemoryView_Type->Hash = &OnHash;
        Wrap(PyMemoryView_Type, "__hash__", (nint)s_hash, (nint)PyMemoryView_Type->Hash);
        return None();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnBytearray(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&MendBytearray, self, arguments, count, names);

    private static PyObject* MendBytearray(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        PyTypeObject* type = PyByteArray_Type;
        s_contains = type->AsSequence->Contains;
        s_remainder = type->AsNumber->Remainder;
        type->AsSequence->Contains = &OnContains;
        type->AsNumber->Remainder = &OnRemainder;
        Wrap(type, "__contains__", (nint)s_contains, (nint)type->AsSequence->Contains);
        Wrap(type, "__mod__", (nint)s_remainder, (nint)type->AsNumber->Remainder);
        Wrap(type, "__rmod__", (nint)s_remainder, (nint)type->AsNumber->Remainder);
        return None();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnElement(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&MendElement, self, arguments, count, names);

    private static PyObject* MendElement(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        PyTypeObject* type = (PyTypeObject*)arguments[0];
        s_subscript = type->AsMapping->Subscript;
        s_assign = type->AsMapping->AssignSubscript;
        type->AsMapping->Subscript = &OnSubscript;
        type->AsMapping->AssignSubscript = &OnAssign;
        Wrap(type, "__getitem__", (nint)s_subscript, (nint)type->AsMapping->Subscript);
        Wrap(type, "__setitem__", (nint)s_assign, (nint)type->AsMapping->AssignSubscript);
        Wrap(type, "__delitem__", (nint)s_assign, (nint)type->AsMapping->AssignSubscript);
        return None();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSignals(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&MendSignals, self, arguments, count, names);

    private static PyObject* MendSignals(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        PyTypeObject* type = (PyTypeObject*)arguments[0];
        TypeGuard.Seal(type);
        s_newSignals = type->New;
        type->New = &OnNewSignals;
        s_initialiseSignals = type->Initialise;
        type->Initialise = &OnInitialiseSignals;
        Wrap(type, "__init__", (nint)s_initialiseSignals, (nint)type->Initialise);
        return None();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnNewSignals(PyTypeObject* type, PyObject* arguments, PyObject* named) => Callback.Run(&NewSignals, type, arguments, named);

    private static PyObject* NewSignals(PyTypeObject* type, PyObject* arguments, PyObject* named)
    {
        PyObject* made = s_newSignals(type, arguments, named);
        return made == null ? null : WithSpareFlags(made);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnInitialiseSignals(PyObject* self, PyObject* arguments, PyObject* named) => Callback.Run(&InitialiseSignals, self, arguments, named);

    private static int InitialiseSignals(PyObject* self, PyObject* arguments, PyObject* named)
    {
        int outcome = s_initialiseSignals(self, arguments, named);
        _ = WithSpareFlags(self);
        return outcome;
    }

    /// <summary>A context gives its flags the address of its own words (PyDecSignalDictObject) next; what is nobody's has that of a spare one.</summary>
    private static PyObject* WithSpareFlags(PyObject* signals)
    {
        if (t_spareFlags == null)
        {
            t_spareFlags = (uint*)NativeMemory.Alloc(sizeof(uint));
        }

        *t_spareFlags = 0;
        *(uint**)((byte*)signals + PyObjectBytes) = t_spareFlags;
        return signals;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSeal(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&SealClass, self, arguments, count, names);

    private static PyObject* SealClass(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        PyTypeObject* type = (PyTypeObject*)arguments[0];
        TypeGuard.Seal(type);
        if (arguments[1] == Py_False)
        {
            type->New = null;
            type->Flags |= PyTypeObject.DisallowInstantiation;
            PyType_Modified(type);
        }

        return None();
    }

    /// <summary>The method that shows a slot calls the mended one too.</summary>
    private static void Wrap(PyTypeObject* type, string name, nint before, nint after)
    {
        using NativeText text = new(name);
        using Owned wrapper = new(PyObject_GetAttrString((PyObject*)type, text.Pointer));
        if (wrapper.IsNull)
        {
            PyErr_Clear();
            return;
        }

        nint* wrapped = (nint*)((byte*)wrapper.Pointer + WrappedAt);
        if (*wrapped == before)
        {
            *wrapped = after;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnHash(PyObject* view) => Callback.Run(&Hash, view);

    private static nint Hash(PyObject* view)
    {
        PyBuffer held;
        bool holds = Hold(view, &held, PyBUF_FULL_RO);
        nint hash = s_hash(view);
        Release(&held, holds);
        return hash;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnContains(PyObject* bytes, PyObject* value) => Callback.Run(&Contains, bytes, value);

    private static int Contains(PyObject* bytes, PyObject* value)
    {
        PyBuffer held;
        bool holds = Hold(bytes, &held, PyBUF_SIMPLE);
        int found = s_contains(bytes, value);
        Release(&held, holds);
        return found;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnRemainder(PyObject* left, PyObject* right) => Callback.Run(&Remainder, left, right);

    private static PyObject* Remainder(PyObject* left, PyObject* right)
    {
        PyBuffer held;
        bool holds = PyType_IsSubtype(left->Type, PyByteArray_Type) != 0 && Hold(left, &held, PyBUF_SIMPLE);
        PyObject* made = s_remainder(left, right);
        Release(&held, holds);
        return made;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSubscript(PyObject* element, PyObject* key) => Callback.Run(&Subscript, element, key);

    private static PyObject* Subscript(PyObject* element, PyObject* key)
    {
        if (key->Type != PySlice_Type)
        {
            return s_subscript(element, key);
        }

        using Owned plain = new(WithNumbers((Slice*)key));
        return plain.IsNull ? null : s_subscript(element, plain.Pointer);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnAssign(PyObject* element, PyObject* key, PyObject* value) => Callback.Run(&Assign, element, key, value);

    private static int Assign(PyObject* element, PyObject* key, PyObject* value)
    {
        if (key->Type != PySlice_Type)
        {
            return s_assign(element, key, value);
        }

        using Owned plain = new(WithNumbers((Slice*)key));
        if (plain.IsNull)
        {
            return -1;
        }

        if (value == null)
        {
            return s_assign(element, plain.Pointer, null);
        }

        using Owned values = new(PySequence_List(value));
        return values.IsNull ? -1 : s_assign(element, plain.Pointer, values.Pointer);
    }

    private static PyObject* WithNumbers(Slice* slice)
    {
        using Owned start = new(Number(slice->Start));
        using Owned stop = new(start.IsNull ? null : Number(slice->Stop));
        using Owned step = new(stop.IsNull ? null : Number(slice->Step));
        return step.IsNull ? null : PySlice_New(start.Pointer, stop.Pointer, step.Pointer);
    }

    private static PyObject* Number(PyObject* value)
    {
        if (value != Py_None)
        {
            return PyNumber_Index(value);
        }

        Py_IncRef(value);
        return value;
    }

    private static bool Hold(PyObject* owner, PyBuffer* held, int how)
    {
        if (PyObject_GetBuffer(owner, held, how) == 0)
        {
            return true;
        }

        // The slot itself says what is wrong with it.
        PyErr_Clear();
        return false;
    }

    private static void Release(PyBuffer* held, bool holds)
    {
        if (holds)
        {
            PyBuffer_Release(held);
        }
    }

    private static PyObject* None()
    {
        Py_IncRef(Py_None);
        return Py_None;
    }

    // PySliceObject.
    [StructLayout(LayoutKind.Explicit)]
    private struct Slice
    {
        [FieldOffset(16)]
        public PyObject* Start;

        [FieldOffset(24)]
        public PyObject* Stop;

        [FieldOffset(32)]
        public PyObject* Step;
    }
}
