using System.Runtime.CompilerServices;
using System.Text;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Keeps <c>object.__setattr__(shared, ...)</c>, <c>slot.__set__(shared, ...)</c> and <c>shared.__init__(...)</c> from changing what all sessions see: they
/// call a C function directly, past what <see cref="TypeGuard"/> put into the object's type. All such methods of one name lead through one entry of
/// CPython's table of slots (typeobject.c, slotdefs).
/// </summary>
internal static unsafe class SlotGuard
{
    // PyWrapperDescrObject: PyDescrObject (five words), d_base. struct wrapperbase: name, offset, function, wrapper.
    private const int EntryAt = 40;
    private const int WrapperAt = 24;

    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*> s_setAttribute;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*> s_deleteAttribute;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*> s_set;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*> s_delete;
    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*, PyObject*> s_initialise;
    private static PyObject* s_typeError;

    /// <summary>Puts the guards in place. Called once, with the GIL.</summary>
    /// <param name="root">The class <c>object</c>.</param>
    /// <param name="property">The class <c>property</c>.</param>
    /// <param name="typeError">The class <c>TypeError</c>.</param>
    public static void Install(PyObject* root, PyObject* property, PyObject* typeError)
    {
        s_typeError = typeError;
        s_setAttribute = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)Exchange(
            root, "__setattr__", (nint)(delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)&OnSetAttribute);
        s_deleteAttribute = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)Exchange(
            root, "__delattr__", (nint)(delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)&OnDeleteAttribute);
        s_set = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)Exchange(
            property, "__set__", (nint)(delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)&OnSet);
        s_delete = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)Exchange(
            property, "__delete__", (nint)(delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*>)&OnDelete);
        s_initialise = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*, PyObject*>)Exchange(
            root, "__init__", (nint)(delegate* unmanaged[Cdecl]<PyObject*, PyObject*, nint, PyObject*, PyObject*>)&OnInitialise);
    }

    private static nint Exchange(PyObject* owner, string name, nint guard)
    {
        using NativeText text = new(name);
        using Owned method = new(PythonError.Check(PyObject_GetAttrString(owner, text.Pointer)));
        nint entry = *(nint*)((byte*)method.Pointer + EntryAt);
        if (!MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)entry).SequenceEqual(Encoding.ASCII.GetBytes(name)))
        {
            throw new RlmException($"This CPython keeps {name} elsewhere; without it model-written code is not contained. Please report this.");
        }

        nint original = *(nint*)(entry + WrapperAt);
        *(nint*)(entry + WrapperAt) = guard;
        return original;
    }

    /// <summary>False, with a TypeError pending, for what is not the session's own.</summary>
    private static bool MayChange(PyObject* value)
    {
        if (!AuditHook.IsRestricted || SandboxLayers.IsOff("guards"))
        {
            return true;
        }

        bool isShared = PyType_IsSubtype(value->Type, PyType_Type) != 0 ? !ClassGuard.IsSessions((PyTypeObject*)value)
            : TypeGuard.IsShared(value) || (value->Type == PyFunction_Type && GuardedAttributes.IsGuestRunning() && !TypeGuard.IsGuests(value));
        if (isShared)
        {
            PythonError.Raise(s_typeError, "objects of the standard library cannot be changed in this session");
        }

        return !isShared;
    }

    private static bool MayChangeFirst(PyObject* arguments) => PyTuple_Size(arguments) < 1 || MayChange(PyTuple_GetItem(arguments, 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSetAttribute(PyObject* self, PyObject* arguments, nint slot) => Callback.Run(&SetAttribute, self, arguments, slot);

    private static PyObject* SetAttribute(PyObject* self, PyObject* arguments, nint slot) => MayChange(self) ? s_setAttribute(self, arguments, slot) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnDeleteAttribute(PyObject* self, PyObject* arguments, nint slot) => Callback.Run(&DeleteAttribute, self, arguments, slot);

    private static PyObject* DeleteAttribute(PyObject* self, PyObject* arguments, nint slot) => MayChange(self) ? s_deleteAttribute(self, arguments, slot) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSet(PyObject* self, PyObject* arguments, nint slot) => Callback.Run(&Set, self, arguments, slot);

    private static PyObject* Set(PyObject* self, PyObject* arguments, nint slot) => MayChangeFirst(arguments) ? s_set(self, arguments, slot) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnDelete(PyObject* self, PyObject* arguments, nint slot) => Callback.Run(&Delete, self, arguments, slot);

    private static PyObject* Delete(PyObject* self, PyObject* arguments, nint slot) => MayChangeFirst(arguments) ? s_delete(self, arguments, slot) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnInitialise(PyObject* self, PyObject* arguments, nint slot, PyObject* named) => Callback.Run(&Initialise, self, arguments, slot, named);

    private static PyObject* Initialise(PyObject* self, PyObject* arguments, nint slot, PyObject* named) =>
        MayChange(self) ? s_initialise(self, arguments, slot, named) : null;
}
