using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Keeps restricted code from changing classes that it has not made: any instance leads to its class by <c>type(value)</c>, whether or not
/// a view shows it. Such classes carry a mark.
/// </summary>
internal static unsafe class ClassGuard
{
    // PyWrapperDescrObject: PyDescrObject (five words), d_base, d_wrapped.
    private const int WrappedAt = 48;

    private static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> s_set;
    private static PyObject* s_typeError;
    private static nint s_deallocate;

    /// <summary>Marks all classes there are and puts the guard in place. Called once, with the GIL.</summary>
    public static void Install(PyObject* typeError)
    {
        s_typeError = typeError;
        s_set = PyType_Type->SetAttribute;
        foreach (string name in (ReadOnlySpan<string>)["__setattr__", "__delattr__"])
        {
            using Owned wrapper = new(Attribute(name));
            nint* wrapped = (nint*)((byte*)wrapper.Pointer + WrappedAt);
            if (*wrapped != (nint)s_set)
            {
                throw new RlmException($"This CPython keeps type.{name} elsewhere; without it model-written code is not contained. Please report this.");
            }

            *wrapped = (nint)(delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int>)&OnSet;
        }

        using Owned subclasses = new(Attribute("__subclasses__"));
        using Owned root = new(Attribute("__base__"));
        Mark(subclasses.Pointer, root.Pointer);
        PyType_Type->SetAttribute = &OnSet;
    }

    private static void Mark(PyObject* subclasses, PyObject* type)
    {
        using Owned found = new(PythonError.Check(PythonCall.Invoke(subclasses, type)));
        for (nint i = 0; i < PyList_Size(found.Pointer); i++)
        {
            PyTypeObject* one = (PyTypeObject*)PyList_GetItem(found.Pointer, i);
            if ((one->Flags & PyTypeObject.OfLibrary) != 0)
            {
                continue;
            }

            one->Flags |= PyTypeObject.OfLibrary;
            if ((nint)one->SetAttribute == (nint)s_set)
            {
                // A metaclass that is older than the guard.
                one->SetAttribute = &OnSet;
            }

            Mark(subclasses, (PyObject*)one);
        }
    }

    /// <summary>Marks a class that C code made.</summary>
    public static void MarkOne(PyTypeObject* type) => type->Flags |= PyTypeObject.OfLibrary;

    /// <summary>Notes who made a class.</summary>
    public static void Made(PyTypeObject* type)
    {
        s_deallocate = s_deallocate == 0 ? type->Deallocate : s_deallocate;
        if (!AuditHook.IsRestricted)
        {
            type->Flags |= PyTypeObject.OfLibrary;
        }
    }

    /// <summary>True for classes of a session's own. Classes that C code makes do not pass by here: those free their instances themselves.</summary>
    public static bool IsSessions(PyTypeObject* type) => (type->Flags & PyTypeObject.OfLibrary) == 0 && type->Deallocate == s_deallocate;

    private static PyObject* Attribute(string name)
    {
        using NativeText text = new(name);
        return PythonError.Check(PyObject_GetAttrString((PyObject*)PyType_Type, text.Pointer));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSet(PyObject* type, PyObject* name, PyObject* value)
    {
        try
        {
            if (AuditHook.IsRestricted && !IsSessions((PyTypeObject*)type) && !SandboxLayers.IsOff("guards"))
            {
                PythonError.Raise(s_typeError, "classes of the standard library cannot be changed in this session");
                return -1;
            }

            if (AuditHook.IsRestricted && !SandboxLayers.IsOff("guards") && ClassRule.RefusalToSet((PyTypeObject*)type, name, value) is { } refusal)
            {
                PythonError.Raise(s_typeError, refusal);
                return -1;
            }

            return s_set(type, name, value);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }
}
