using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Guards <c>value.__dict__</c> of instances: restricted code gets those of its own objects. All classes written in Python share two definitions of the
/// attribute (typeobject.c, subtype_getsets); the guard stands in those.
/// </summary>
internal static unsafe class InstanceDicts
{
    // PyGetSetDescrObject: PyDescrObject (five words), d_getset.
    private const int DefinitionAt = 40;

    private static delegate* unmanaged[Cdecl]<PyObject*, nint, PyObject*> s_get;
    private static PyObject* s_attributeError;

    /// <summary>Puts the guard in place. Called once, with the GIL.</summary>
    /// <param name="descriptors">A list of the attribute as it stands in a class with and in one without weak references.</param>
    /// <param name="attributeError">The class <c>AttributeError</c>.</param>
    public static void Install(PyObject* descriptors, PyObject* attributeError)
    {
        s_attributeError = attributeError;
        for (nint i = 0; i < PyList_Size(descriptors); i++)
        {
            PyGetSetDef* definition = *(PyGetSetDef**)((byte*)PyList_GetItem(descriptors, i) + DefinitionAt);
            if (!MemoryMarshal.CreateReadOnlySpanFromNullTerminated(definition->Name).SequenceEqual("__dict__"u8) || (s_get != null && (nint)definition->Get != (nint)s_get))
            {
                throw new RlmException("This CPython keeps __dict__ elsewhere; without it model-written code is not contained. Please report this.");
            }

            s_get = definition->Get;
            definition->Get = &OnGet;
        }
    }

    /// <summary>True for what is not everybody's. Members of an Enum are; classes of that kind have a metaclass of their own.</summary>
    private static bool IsOwn(PyObject* value) =>
        !TypeGuard.IsShared(value) && (ClassGuard.IsSessions(value->Type) || ClassRule.IsPlain(((PyObject*)value->Type)->Type));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnGet(PyObject* self, nint closure)
    {
        try
        {
            if (AuditHook.IsRestricted && GuardedAttributes.IsGuestRunning() && !GuardedAttributes.IsOff("__dict__") && !IsOwn(self))
            {
                return Interpreter.PythonError.Raise(s_attributeError, NameRule.Refusal("__dict__"));
            }

            return s_get(self, closure);
        }
        catch (Exception exception)
        {
            return Interpreter.Callback.Fail(exception);
        }
    }
}
